MATCH (a:CareArea {randzon_version: $version, id: $area})
CALL {
  WITH a
  MATCH (a)-[r:REQUIRES]->(n:Competence)
  RETURN 'competence' AS kind, n.id AS node, r.criticality AS criticality, r.criticality_grade AS grade,
    r.reach AS reach, r.head_cases AS amount, r.head_cases_unit AS unit
  UNION ALL
  WITH a
  MATCH (a)-[r:DEPENDS_ON]->(n:CareArea)
  RETURN 'area' AS kind, n.id AS node, r.criticality AS criticality, r.criticality_grade AS grade,
    r.reach AS reach, null AS amount, null AS unit
  UNION ALL
  WITH a
  MATCH (a)-[r:USES]->(n:Resource)
  RETURN 'resource' AS kind, n.id AS node, null AS criticality, r.amount_grade AS grade,
    null AS reach, r.amount AS amount, r.amount_unit AS unit
}
RETURN kind, node, criticality, reach, amount, unit, grade
ORDER BY kind, coalesce(criticality, 0) DESC, node
