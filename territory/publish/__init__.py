"""Plans as people receive them: map, workbook, GIS files, report.

The door; everything behind it is loaded on first use:

* `save_plan`: a plan folder, whole or not at all.
* `write_map`: the full map as one HTML file.
* `draw_map`: the same as text.
* `draw_report`: the report as one HTML page.
* `write_workbook`: the scorecard workbook.
* `write_geopackage`: territories, units, accounts and reps for a GIS.
* `export_plan`: an alignment for other tools.
* `data_dictionary`: what every column of every file means.
* `attainment_chart`: attainment over size and potential.
* `payout_chart`: pay over attainment.
* `line_chart`: lines as an SVG drawing.
* `Axis`: what is drawn along one side of a chart.
* `sizing_answer`: how many reps, in words.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "save_plan": ".folder",
        "write_map": ".maps.map",
        "draw_map": ".maps.map",
        "draw_report": ".pages.report",
        "write_workbook": ".excel.workbook",
        "write_geopackage": ".gis",
        "export_plan": ".export",
        "data_dictionary": ".dictionary",
        "attainment_chart": ".charts.incentives",
        "payout_chart": ".charts.incentives",
        "line_chart": ".charts",
        "Axis": ".charts",
        "sizing_answer": ".pages.sizing_page:answer",
    },
)
