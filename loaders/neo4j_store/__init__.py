"""A Neo4j database to care systems and back; `connection` alone knows the driver (the extra ``neo4j``)."""

from loaders.neo4j_store.branches import Branch, Change, Part, find_branch, push_branch, push_result
from loaders.neo4j_store.connection import Database, check_address, check_driver, open_database
from loaders.neo4j_store.pull import pull
from loaders.neo4j_store.push import Pushed, push
from loaders.neo4j_store.versions import Version, find_version, list_versions, prune

__all__ = [
    "Branch",
    "Change",
    "Database",
    "Part",
    "Pushed",
    "Version",
    "check_address",
    "check_driver",
    "find_branch",
    "find_version",
    "list_versions",
    "open_database",
    "prune",
    "pull",
    "push",
    "push_branch",
    "push_result",
]
