import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Scenarier: bygg, kör och jämför")


@app.cell
def _():
    import marimo as mo

    from impact import Settings, effect_rows, run_scenario
    from impact.questions.compare import Side, compare_rows
    from interface.answer_frame import answer_frame, visible_effects
    from interface.drawings.effects import effects_picture
    from interface.manifest import limits_of
    from interface.notebook_view import frame_view, picture_view
    from loaders import load_sweden
    from scenarios import Concentrate, Scenario, read_scenario

    return (
        Concentrate,
        Scenario,
        Settings,
        Side,
        answer_frame,
        compare_rows,
        effect_rows,
        effects_picture,
        frame_view,
        limits_of,
        load_sweden,
        mo,
        picture_view,
        read_scenario,
        run_scenario,
        visible_effects,
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Scenarier: bygg, kör och jämför · *Compose, run and compare scenarios*

    Ett färdigt scenario och ett eget körs mot samma utgångsläge och jämförs. Samma svar ger `randzon run` och
    `randzon compare`. Fler dragningar ger stadigare intervall; 200 räcker för att titta, 1000 för att citera.
    """)
    return


@app.cell
def _():
    draws = 200
    years = 10
    return draws, years


@app.cell
def _(Settings, draws, load_sweden, years):
    lang = "sv"
    system = load_sweden()
    settings = Settings(seed=1, draws=draws, years=years)
    return lang, settings, system


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Två scenarier · *Two scenarios*

    `ready` är färdigt: HOCM till två enheter, okänt vilka. `own` är byggt här: till Umeå och Sahlgrenska. Byt sjukhus,
    antal eller beslut, så räknas allt nedanför om. `randzon scenarios` visar de färdiga.
    """)
    return


@app.cell
def _(Concentrate, Scenario, read_scenario):
    ready = read_scenario("hocm")
    decision = Concentrate("hocm", 2, hospitals=("nus", "sahlgrenska"))
    own = Scenario("own", title_sv="HOCM till Umeå och Sahlgrenska", decisions=(decision,))
    return own, ready


@app.cell
def _(ready, run_scenario, settings, system):
    result = run_scenario(system, ready, None, settings)
    return (result,)


@app.cell
def _(own, run_scenario, settings, system):
    own_result = run_scenario(system, own, None, settings)
    return (own_result,)


@app.cell(hide_code=True)
def _(mo, ready):
    mo.md(f"""
    ## Vad som händer · *What happens*: {ready.title_sv}

    Effekt med 90 % intervall efter tio år, där den syns. "Antaget" är den del av spridningen som vilar på antaganden.
    """)
    return


@app.cell
def _(effect_rows, result, system):
    effects = effect_rows(result, system)
    return (effects,)


@app.cell
def _(effects, effects_picture, lang, picture_view, ready, result, system):
    picture = effects_picture(system, effects, result.manifest, lang, ready.title_sv)
    picture_view(picture)
    return


@app.cell
def _(answer_frame, effects, frame_view, lang, system, visible_effects):
    numbers = {"baseline": "baseline", "effect": "effect", "low": "low", "high": "high", "assumed_share": "assumed_share"}
    columns = {"of": "compare_where", "measure": "measure", "unit": "unit", **numbers}
    table = answer_frame(visible_effects(effects), columns, system, lang)
    frame_view(table, lang)
    return


@app.cell(hide_code=True)
def _(mo, own, ready):
    mo.md(f"""
    ## Jämförelsen · *The comparison*

    A är "{ready.title_sv}", B är "{own.title_sv}". Båda är effekter mot samma utgångsläge, i samma dragningar:
    skillnaden är räknad dragning för dragning, och intervallet är skillnadens eget.
    """)
    return


@app.cell
def _(Side, compare_rows, own_result, result, settings):
    sides = Side("hocm", result, None), Side("own", own_result, None)
    differences = compare_rows(*sides, settings.years)
    return (differences,)


@app.cell
def _(answer_frame, differences, frame_view, lang, system, visible_effects):
    sides_shown = {"a": "compare_a", "b": "compare_b", "difference": "compare_difference", "low": "low", "high": "high"}
    compare_columns = {"of": "compare_where", "measure": "measure", "unit": "unit", **sides_shown}
    comparison = answer_frame(visible_effects(differences), compare_columns, system, lang)
    frame_view(comparison, lang)
    return


@app.cell(hide_code=True)
def _(lang, limits_of, mo):
    mo.md("## Vad svaret inte kan säga · *Limits*\n\n- " + "\n- ".join(limits_of("run", lang) + limits_of("compare", lang)))
    return


if __name__ == "__main__":
    app.run()
