"""The figures of the quality desk (统计): overview, drill-down, export, monthly report."""
