import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Samlade effekter och vems de är")


@app.cell
def _():
    from datetime import date

    import marimo as mo

    from impact import Settings
    from impact.questions.accumulate import accumulate
    from impact.questions.accumulated_rows import accumulated_rows, timeline_rows
    from impact.questions.attribute import AttributionSettings, attribute
    from impact.questions.attribution_rows import share_rows
    from impact.questions.concentrated_care import concentrated_by_year
    from interface.answer_frame import answer_frame, visible_effects
    from interface.drawings.timeline import timeline_picture
    from interface.manifest import limits_of
    from interface.notebook_view import frame_view, picture_view
    from loaders import load_sweden

    return (
        AttributionSettings,
        Settings,
        accumulate,
        accumulated_rows,
        answer_frame,
        attribute,
        concentrated_by_year,
        date,
        frame_view,
        limits_of,
        load_sweden,
        mo,
        picture_view,
        share_rows,
        timeline_picture,
        timeline_rows,
        visible_effects,
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Samlade effekter och vems de är · *Accumulated effects, and whose they are*

    Vad alla beslut hittills gjort tillsammans vid ett sjukhus, mot att inget av dem tagits, och hur det fördelar sig på
    besluten. Samma svar ger `randzon accumulate` och `randzon attribute --no-split`. Räkna med ett par minuter.
    """)
    return


@app.cell
def _():
    draws = 100
    years = 10
    return draws, years


@app.cell
def _(date, load_sweden):
    lang = "sv"
    hospital = "nus"
    system = load_sweden()
    today = date.fromisoformat(system.settings["as_of"])
    return hospital, lang, system, today


@app.cell
def _(Settings, accumulate, draws, system, years):
    found = accumulate(system, None, Settings(seed=1, draws=draws, years=years))
    return (found,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Hur mycket vård som samlats · *How much care has been concentrated*

    År för år: områden vars första tillstånd börjat gälla, deras patienter om året (dagens patienttal; ett område med
    del av året räknas för den delen), och patienterna i områden med äldre tillstånd.
    """)
    return


@app.cell
def _(answer_frame, concentrated_by_year, found, frame_view, lang, system):
    by_year = concentrated_by_year(system, found)
    year_columns = {"year": "year", "areas": "frame_areas", "patients": "frame_concentrated", "low": "low", "high": "high",
                    "older_patients": "frame_older_patients", "share_of_university_care": "frame_share"}
    concentrated = answer_frame(by_year, year_columns, system, lang)
    frame_view(concentrated, lang)
    return


@app.cell
def _(
    found,
    hospital,
    lang,
    picture_view,
    system,
    timeline_picture,
    timeline_rows,
):
    grown = timeline_rows(found.timeline, system, [hospital])
    timeline = timeline_picture(system, lang, grown=grown)
    picture_view(timeline)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Vad besluten gjort vid sjukhuset · *What the decisions did at the hospital*

    Läsningen "fruset": utan besluten vårdas patienterna där de vårdades förut. Var vården fanns före besluten är till
    största delen okänt. Sista året i körningen.
    """)
    return


@app.cell
def _(accumulated_rows, found, system):
    accumulated = accumulated_rows(found.readings["frozen"], system)
    return (accumulated,)


@app.cell
def _(
    accumulated,
    answer_frame,
    frame_view,
    hospital,
    lang,
    system,
    visible_effects,
):
    columns = {"measure": "measure", "unit": "unit", "baseline": "baseline", "effect": "effect", "low": "low",
               "high": "high"}
    effects = answer_frame(visible_effects(accumulated), columns, system, lang, hospital=hospital)
    frame_view(effects, lang)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Vems effekten är · *Whose it is*

    Tre sätt att dela samma förändring: i den ordning besluten togs, som medel över alla ordningar (Shapley), och vad som
    vore ogjort om just det beslutet togs bort sist. Andelen säger vad modellen lägger på beslutet, inte vems fel det är.
    Talen är patienter om året i annan vård utan full kompetens, sista året; ± är medelfelet av dragningarna.
    """)
    return


@app.cell
def _(AttributionSettings, attribute, draws, hospital, system, today, years):
    sharing = AttributionSettings(seed=1, draws=draws, years=years, split=False)
    attribution = attribute(system, today, [hospital], sharing)
    return (attribution,)


@app.cell
def _(answer_frame, attribution, lang, share_rows, system, years):
    share_columns = {"decision": "frame_decision", "historical": "frame_historical", "shapley": "frame_shapley",
                     "shapley_se": "frame_shapley_se", "last_in": "frame_last_in"}
    told = {"measure": "patients_without_full_competence", "year": years}
    shares = answer_frame(share_rows(attribution), share_columns, system, lang, **told)
    return (shares,)


@app.cell
def _(frame_view, lang, shares):
    largest = shares.sort_values("Shapley", key=abs, ascending=False).head(15)
    frame_view(largest, lang)
    return


@app.cell(hide_code=True)
def _(lang, limits_of, mo):
    mo.md("## Vad svaret inte kan säga · *Limits*\n\n- "
          + "\n- ".join(limits_of("accumulate", lang) + limits_of("attribute", lang)))
    return


if __name__ == "__main__":
    app.run()
