"""Charts as inline SVG: drawn by matplotlib, the same data give the same bytes, text stays text."""

from territory.publish.charts.bars import bar_chart, change_chart, stacked_bar
from territory.publish.charts.flows import flow_chart
from territory.publish.charts.lines import line_chart
from territory.publish.charts.points import Limits, scatter_chart
from territory.publish.charts.sheet import Axis

__all__ = [
    "Axis",
    "Limits",
    "bar_chart",
    "change_chart",
    "flow_chart",
    "line_chart",
    "scatter_chart",
    "stacked_bar",
]
