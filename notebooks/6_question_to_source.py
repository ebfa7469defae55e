import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Från en fråga till dess källor")


@app.cell
def _():
    from datetime import date

    import marimo as mo

    from impact import Settings
    from impact.questions.cards import source_card
    from impact.questions.grades import sources_table
    from impact.questions.unknowns import Asked, unknowns
    from interface.answer_frame import answer_frame
    from interface.manifest import limits_of
    from interface.notebook_view import frame_view
    from interface.registers import registers_of
    from loaders import load_sweden
    from scenarios import course_of, read_scenario

    return (
        Asked,
        Settings,
        answer_frame,
        course_of,
        date,
        frame_view,
        limits_of,
        load_sweden,
        mo,
        read_scenario,
        registers_of,
        source_card,
        sources_table,
        unknowns,
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Från en fråga till dess källor · *From a question to its sources*

    Vilka obekanta kan ändra ett yttrande, vilket tal frågan gäller, och vad talet vilar på. Samma svar ger
    `randzon unknowns` och `randzon data source`. Värdena är osäkra under 4000 dragningar, som tar några minuter.
    """)
    return


@app.cell
def _():
    draws = 4000
    years = 10
    return draws, years


@app.cell
def _(course_of, date, load_sweden, read_scenario):
    lang = "sv"
    system = load_sweden()
    scenario = read_scenario("hocm")
    course = course_of(scenario, system, date.fromisoformat(system.settings["as_of"]))
    return course, lang, scenario, system


@app.cell
def _(Asked, Settings, course, draws, system, unknowns, years):
    found = unknowns(system, course, Asked(), Settings(seed=1, draws=draws, years=years))
    return (found,)


@app.cell(hide_code=True)
def _(mo, scenario):
    mo.md(f"""
    ## Bryts ett golv? · *Does a floor break?* {scenario.title_sv}

    Sannolikheten att de mindre universitetssjukhusen hamnar under ett golv med och utan scenariot. Yttrandet invänder när
    ett nytt golv bryts med större sannolikhet än en gräns: 10, 25 eller 50 procent.
    """)
    return


@app.cell
def _(answer_frame, found, frame_view, lang, system):
    floor_columns = {"hospital": "hospital", "measure": "measure", "p_without": "frame_p_without",
                     "p_with": "frame_p_with", "p_new": "frame_p_new"}
    floors = answer_frame(found["floors"], floor_columns, system, lang)
    frame_view(floors, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Frågorna som är värda något · *The questions worth asking*

    Bara frågor som skiljer sig från slumpen visas; är tabellen tom skiljer sig ingen med så många dragningar.
    """)
    return


@app.cell
def _(answer_frame, found, frame_view, lang, system):
    asked_columns = {"objection_threshold": "frame_threshold", "quantity": "quantity", "nodes": "nodes", "evppi": "frame_worth", "addressee": "addressee",
                     "assumption": "assumption", "question_sv": "frame_question"}
    questions = answer_frame(found["rows"], asked_columns, system, lang)
    frame_view(questions, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Från talet till källan · *From the number to the source*

    Skriv in ett tal (`randzon data sources --ids` listar dem) och en av dess källor, eller ett antagande ur tabellen ovan
    eller ur listan längst ned: vad det säger, och alla tal som vilar på det.
    """)
    return


@app.cell
def _():
    quantity = "hocm.volume"
    source = "a_areas1_hocm_volume"
    return quantity, source


@app.cell
def _(answer_frame, frame_view, lang, quantity, system):
    stated = system.quantities[quantity]
    as_row = {"id": quantity, "value": stated.value, "low": stated.low, "high": stated.high, "unit": stated.unit,
              "grade": stated.grade, "source": stated.source}
    number_columns = {"id": "quantity", "value": "value", "low": "low", "high": "high", "unit": "unit",
                      "grade": "grade", "source": "source"}
    number = answer_frame([as_row], number_columns, system, lang)
    frame_view(number, lang)
    return


@app.cell
def _(registers_of, source, source_card, system):
    card = source_card(system, source, registers_of(None))
    return (card,)


@app.cell
def _(answer_frame, card, frame_view, lang, system):
    entry_columns = {"id": "id", "title": "title", "place": "place", "statement": "statement", "reason": "reason",
                     "quality": "quality", "importance": "importance", "question_sv": "frame_question"}
    entry = answer_frame([card["entry"]], entry_columns, system, lang).melt(var_name="Egenskap", value_name="Innehåll")
    frame_view(entry, lang)
    return


@app.cell
def _(answer_frame, card, frame_view, lang, system):
    value = {"value": "value", "low": "low", "high": "high", "unit": "unit", "grade": "grade"}
    numbers = answer_frame(card["numbers"], {"id": "quantity", **value, "citation": "frame_citation"}, system, lang)
    frame_view(numbers, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Alla källor och antaganden · *All sources and assumptions*
    """)
    return


@app.cell
def _(sources_table, system):
    registers = sources_table(system)
    return (registers,)


@app.cell
def _(answer_frame, frame_view, lang, registers, system):
    register_columns = {"id": "id", "statement": "statement", "quality": "quality", "importance": "importance",
                        "numbers": "numbers", "addressee": "addressee"}
    assumptions = answer_frame(registers["assumptions"], register_columns, system, lang)
    frame_view(assumptions, lang)
    return


@app.cell(hide_code=True)
def _(lang, limits_of, mo):
    mo.md("## Vad svaret inte kan säga · *Limits*\n\n- "
          + "\n- ".join(limits_of("unknowns", lang) + limits_of("data_card", lang)))
    return


if __name__ == "__main__":
    app.run()
