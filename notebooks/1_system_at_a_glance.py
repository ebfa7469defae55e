import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Systemet i överblick")


@app.cell
def _():
    from datetime import date

    import marimo as mo
    import pandas as pd

    from impact.questions.gaps import gaps_of
    from impact.questions.overview import overview
    from interface.answer_frame import answer_frame
    from interface.drawings.matrix import matrix_picture
    from interface.drawings.pipeline import pipeline_picture
    from interface.manifest import limits_of
    from interface.notebook_view import frame_view, picture_view
    from interface.registers import registers_of
    from loaders import load_sweden

    return (
        answer_frame,
        date,
        frame_view,
        gaps_of,
        limits_of,
        load_sweden,
        matrix_picture,
        mo,
        overview,
        pd,
        picture_view,
        pipeline_picture,
        registers_of,
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Systemet i överblick · *The system at a glance*

    Vad som är beslutat och på väg, vem som har tillstånd för vad, och vilka frågor dokumenten lämnar öppna. Här körs
    ingen modell: allt är läst ur datamängden. Samma svar ger `randzon overview` och `randzon data gaps`.
    """)
    return


@app.cell
def _(load_sweden):
    lang = "sv"
    area = "hocm"
    system = load_sweden()
    return area, lang, system


@app.cell
def _(overview, system):
    found = overview(system)
    return (found,)


@app.cell(hide_code=True)
def _(found, mo, system):
    mo.md(f"""
    ## Vad som är beslutat · *What is decided*

    Den {found["as_of"]} har **{found["totals"]["areas"]}** vårdområden **{found["totals"]["units"]}** enheter i drift.
    Datamängd: {system.settings["name"]} {system.settings["version"]}, kontrollsumma `{system.content_hash[:16]}`.
    """)
    return


@app.cell
def _(lang, pipeline_picture, system):
    pipeline = pipeline_picture(system, lang)
    return (pipeline,)


@app.cell
def _(picture_view, pipeline):
    picture_view(pipeline)
    return


@app.cell
def _(answer_frame, found, frame_view, lang, system):
    area_columns = {"id": "area", "status": "status", "step": "step", "units_decided": "frame_units_decided"}
    areas = answer_frame(found["areas"], area_columns, system, lang)
    frame_view(areas, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Vem som har vad · *Who holds what*

    Först bilden av alla beslutade områden mot sjukhusen, sedan varje tillstånd på sin rad.
    """)
    return


@app.cell
def _(date, found, lang, matrix_picture, system):
    matrix = matrix_picture(system, lang, date.fromisoformat(found["as_of"]), status="decided")
    return (matrix,)


@app.cell
def _(matrix, picture_view):
    picture_view(matrix)
    return


@app.cell
def _(answer_frame, found, frame_view, lang, pd, system):
    permits = pd.json_normalize(found["areas"], "holders", ["id"]).to_dict("records")
    permit_columns = {"id": "area", "hospital": "hospital", "role": "role", "valid_from": "valid_from"}
    holders = answer_frame(permits, permit_columns, system, lang)
    frame_view(holders, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Vad dokumenten inte svarar på · *What the documents leave open*

    Fråga för fråga om det område som `area` ovan pekar ut (HOCM från början). "Uttryckligen" betyder att ett dokument
    säger det, inte bara att namnet på området antyder det.
    """)
    return


@app.cell
def _(answer_frame, area, frame_view, gaps_of, lang, registers_of, system):
    questions = gaps_of(system, area, registers_of(None)["statements"])
    gap_columns = {"heading": "heading", "answered": "answered", "firm": "frame_firm"}
    gaps = answer_frame(questions["rows"], gap_columns, system, lang)
    frame_view(gaps, lang)
    return


@app.cell(hide_code=True)
def _(lang, limits_of, mo):
    mo.md("## Vad svaret inte kan säga · *Limits*\n\n- " + "\n- ".join(limits_of("overview", lang)))
    return


if __name__ == "__main__":
    app.run()
