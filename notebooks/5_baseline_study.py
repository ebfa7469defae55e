import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Baslinjestudie")


@app.cell
def _():
    import marimo as mo

    from impact.study.study import gaps_of, make_study
    from impact.study.study_rows import row_content
    from interface.answer_frame import answer_frame
    from interface.manifest import limits_of
    from interface.notebook_view import frame_view
    from loaders import load_sweden

    return (
        answer_frame,
        frame_view,
        gaps_of,
        limits_of,
        load_sweden,
        make_study,
        mo,
        row_content,
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Baslinjestudie · *Baseline study*

    Hela systemets läge på ett datum: var vården finns, hur koncentrerad den är, vem som når den, hur tunna kompetenserna
    är. Samma svar ger `randzon baseline`; två sparade studier jämförs med `randzon baseline compare`.
    """)
    return


@app.cell
def _():
    draws = 200
    return (draws,)


@app.cell
def _(load_sweden):
    lang = "sv"
    system = load_sweden()
    return lang, system


@app.cell
def _(draws, make_study, system):
    study = make_study(system, None, 1, draws)
    return (study,)


@app.cell
def _(lang, row_content, study):
    indicators = list(map(row_content, study.rows, [lang] * len(study.rows)))
    return (indicators,)


@app.cell(hide_code=True)
def _(mo, study):
    mo.md(f"""
    ## Hela landet · *The nation*, {study.as_of}

    "Är indata" betyder att talet är indata eller anpassat till indata: att det kommer ut igen bevisar ingenting.
    """)
    return


@app.cell
def _():
    columns = {"name": "frame_indicator", "part": "frame_part", "value": "value", "low": "low", "high": "high",
               "unit": "unit", "grade": "grade", "basis": "frame_basis", "is_input": "frame_is_input"}
    return (columns,)


@app.cell
def _(answer_frame, columns, frame_view, indicators, lang, system):
    nation = answer_frame(indicators, columns, system, lang, of="national", age="all")
    frame_view(nation, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Sjukhusen · *The hospitals*
    """)
    return


@app.cell
def _(answer_frame, columns, frame_view, indicators, lang, system):
    hospitals = answer_frame(indicators, {"hospital": "hospital", **columns}, system, lang, of="hospital", age="all", part=None)
    frame_view(hospitals, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Stämmer indata med varandra? · *Do the inputs agree?*

    Detta prövar indata mot indata. Det visar inget om verkligheten.
    """)
    return


@app.cell
def _(answer_frame, frame_view, lang, study, system):
    checks = {"check": "frame_check", "of": "frame_of", "stated": "stated", "ours": "ours", "agrees": "agrees"}
    agreement = answer_frame(study.agreement, checks, system, lang)
    frame_view(agreement, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Det här kan datamängden inte svara på · *What the dataset cannot answer*
    """)
    return


@app.cell
def _(answer_frame, frame_view, gaps_of, lang, study, system):
    gap_columns = {"name": "name", "stated": "stated", "unit": "unit", "reason": "reason"}
    gaps = answer_frame(gaps_of(study, lang), gap_columns, system, lang)
    frame_view(gaps, lang)
    return


@app.cell(hide_code=True)
def _(lang, limits_of, mo):
    mo.md("## Vad svaret inte kan säga · *Limits*\n\n- " + "\n- ".join(limits_of("baseline", lang)))
    return


if __name__ == "__main__":
    app.run()
