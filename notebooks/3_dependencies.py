import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Beroenden")


@app.cell
def _():
    import marimo as mo

    from impact.questions.cards import area_card, hospital_card
    from interface.answer_frame import answer_frame
    from interface.drawings.network import network_picture
    from interface.find_node import find_node
    from interface.manifest import limits_of
    from interface.notebook_view import frame_view, page_view
    from interface.registers import registers_of
    from loaders import load_sweden

    return (
        answer_frame,
        area_card,
        find_node,
        frame_view,
        hospital_card,
        limits_of,
        load_sweden,
        mo,
        network_picture,
        page_view,
        registers_of,
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Beroenden · *Dependencies*

    Vad ett vårdområde och ett sjukhus vilar på, och vad som vilar på dem. Det mesta är antaganden: kolumnen "Grad" säger
    vilket. Samma svar ger `randzon data area`, `randzon data hospital` och `randzon draw network`.
    """)
    return


@app.cell
def _(find_node, load_sweden):
    lang = "sv"
    system = load_sweden()
    area = find_node(system, "CareArea", "hocm")
    hospital = find_node(system, "Hospital", "Norrlands")
    return area, hospital, lang, system


@app.cell
def _(area, area_card, hospital, hospital_card, registers_of, system):
    of_area = area_card(system, area, registers_of(None))
    of_hospital = hospital_card(system, hospital, registers_of(None))
    return of_area, of_hospital


@app.cell(hide_code=True)
def _(mo, of_area):
    mo.md(f"""
    ## Vårdområdet · *The care area*: {of_area["name_sv"]}

    Klicka på en ruta i bilden för att följa det som den vilar på, och det som vilar på den. Kryssrutorna släcker slag.
    """)
    return


@app.cell
def _(area, lang, network_picture, page_view, system):
    area_network = network_picture(system, lang, area)
    page_view(area_network)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ### Kompetenser som området behöver · *Competences it needs*
    """)
    return


@app.cell
def _():
    value = {"value": "value", "low": "low", "high": "high", "unit": "unit", "grade": "grade"}
    return (value,)


@app.cell
def _(answer_frame, frame_view, lang, of_area, system, value):
    required = answer_frame(of_area["requires"], {"id": "competence", **value, "reach": "reach"}, system, lang)
    frame_view(required, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ### Områden som det vilar på, och som vilar på det · *Areas it depends on, and that depend on it*
    """)
    return


@app.cell
def _(answer_frame, frame_view, lang, of_area, system, value):
    depends_on = answer_frame(of_area["depends_on"], {"id": "area", **value, "reason": "reason"}, system, lang)
    frame_view(depends_on, lang)
    return


@app.cell
def _(answer_frame, frame_view, lang, of_area, system, value):
    needed_by = answer_frame(of_area["needed_by"], {"id": "area", **value, "reason": "reason"}, system, lang)
    frame_view(needed_by, lang)
    return


@app.cell(hide_code=True)
def _(mo, of_hospital):
    mo.md(f"""
    ## Sjukhuset · *The hospital*: {of_hospital["name_sv"]}

    De starkaste länkarna runt sjukhuset, sedan dess kompetenser. Marginalen är fallen i dag delade med dem som behövs:
    vid 1 bär volymen precis kompetensen.
    """)
    return


@app.cell
def _(hospital, lang, network_picture, page_view, system):
    hospital_network = network_picture(system, lang, hospital)
    page_view(hospital_network)
    return


@app.cell
def _(answer_frame, frame_view, lang, of_hospital, system, value):
    staff_columns = {"id": "competence", **value, "outside_caseload": "frame_caseload", "margin": "margin"}
    staff = answer_frame(of_hospital["staff"], staff_columns, system, lang)
    frame_view(staff, lang)
    return


@app.cell
def _(answer_frame, frame_view, lang, of_hospital, system, value):
    resources = answer_frame(of_hospital["resources"], {"id": "frame_resource", **value, "occupancy": "occupancy"}, system, lang)
    frame_view(resources, lang)
    return


@app.cell(hide_code=True)
def _(lang, limits_of, mo):
    mo.md("## Vad svaret inte kan säga · *Limits*\n\n- " + "\n- ".join(limits_of("data_card", lang)))
    return


if __name__ == "__main__":
    app.run()
