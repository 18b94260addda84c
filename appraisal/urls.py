"""Addresses of appraisal."""

from django.urls import path

from appraisal.views import marks, objections, pay, periods, points, results, schemes

app_name = "appraisal"
urlpatterns = [
    path("", periods.periods, name="periods"),
    path("mine/", results.mine, name="mine"),
    path("periods/<int:pk>/", periods.period, name="period"),
    path("periods/<int:pk>/workbook/", periods.workbook, name="workbook"),
    path("periods/<int:pk>/points/", points.points, name="points"),
    path("periods/<int:pk>/points/give/", points.give, name="points-give"),
    path("periods/<int:pk>/marks/<int:indicator>/", marks.mark, name="mark"),
    *[path(f"periods/<int:pk>/{name}/", periods.step, {"name": name}, name=f"period-{name}") for name in periods.STEPS],
    path("photos/<int:pk>/", points.photo, name="photo"),
    path("photos/<int:pk>/small/", points.thumbnail, name="photo-thumb"),
    path("points/<int:pk>/take-back/", points.take_back, name="points-take-back"),
    path("points/<int:pk>/object/", objections.object_to_points, name="points-object"),
    path("results/<int:pk>/", results.result, name="result"),
    path("lines/<int:pk>/evidence/", results.evidence, name="evidence"),
    path("lines/<int:pk>/object/", objections.object_to_line, name="line-object"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/add/", schemes.scheme_add, name="scheme-add"),
    path("schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("schemes/<int:pk>/edit/", schemes.scheme_edit, name="scheme-edit"),
    path("schemes/<int:pk>/end/", schemes.scheme_end, name="scheme-end"),
    path("schemes/<int:pk>/open/", periods.open_period, name="period-open"),
    path("rules/", points.rules, name="rules"),
    path("rules/add/", points.rule, name="rule-add"),
    path("rules/<int:pk>/edit/", points.rule, name="rule-edit"),
    path("rules/<int:pk>/end/", points.rule_end, name="rule-end"),
    path("payroll/", pay.month, name="payroll"),
    path("payroll/workbook/", pay.workbook, name="payroll-workbook"),
    path("pay-elements/", pay.elements, name="elements"),
    path("pay-elements/bands/add/", pay.band, name="band-add"),
    path("pay-elements/bands/<int:pk>/edit/", pay.band, name="band-edit"),
    path("pay-elements/bands/<int:pk>/end/", pay.band_end, name="band-end"),
    path("pay-elements/<str:kind>/edit/", pay.element, name="element-edit"),
    path("pay-elements/<str:kind>/<str:level>/edit/", pay.element, name="element-level-edit"),
    path("records/<int:pk>/", pay.record, name="record"),
]
