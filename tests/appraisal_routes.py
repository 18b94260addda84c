"""The addresses of appraisal, for tests/routes.py."""

from grids.roles import Permission
from tests.route import OBJECT_RULE, Route

P = Permission
SCHEME = {"pk": lambda world: world.scheme.pk}
UNOPENED = {"pk": lambda world: world.unopened.pk}
PERIOD = {"pk": lambda world: world.appraised.pk}
MARK = PERIOD | {"indicator": lambda world: world.mark_of.pk}
RULE = {"pk": lambda world: world.point_rule.pk}
ENTRY = {"pk": lambda world: world.point_entry.pk}
POINT_PHOTO = {"pk": lambda world: world.point_photo.pk}
RESULT = {"pk": lambda world: world.result.pk}
BAND = {"pk": lambda world: world.band.pk}
LINE = {"pk": lambda world: world.result_line.pk}
OBJECTION = {"pk": lambda world: world.objection.pk}
WORKER = {"pk": lambda world: world.line.worker.pk}

ROUTES: dict[str, Route] = {
    "appraisal:periods": Route(needs=P.VIEW_APPRAISAL),
    "appraisal:mine": Route(),
    "appraisal:period": Route(needs=P.VIEW_APPRAISAL, at=PERIOD, is_hidden=True),
    "appraisal:workbook": Route("POST", P.VIEW_APPRAISAL, at=PERIOD, is_hidden=True),
    "appraisal:points": Route(needs=P.VIEW_APPRAISAL, at=PERIOD, is_hidden=True),
    "appraisal:points-give": Route("GET POST", P.APPRAISE, at=PERIOD, is_hidden=True),
    "appraisal:mark": Route("GET POST", P.APPRAISE, at=MARK, is_hidden=True),
    "appraisal:period-compute": Route("POST", P.APPRAISE, at=PERIOD, is_hidden=True),
    "appraisal:period-publish": Route("POST", P.APPRAISE, at=PERIOD, is_hidden=True),
    "appraisal:period-finalise": Route("POST", P.APPRAISE, at=PERIOD, is_hidden=True),
    "appraisal:photo": Route(at=POINT_PHOTO, is_hidden=True),
    "appraisal:photo-thumb": Route(at=POINT_PHOTO, is_hidden=True),
    "appraisal:points-take-back": Route("GET POST", P.APPRAISE, at=ENTRY, is_hidden=True),
    "appraisal:points-object": Route("GET POST", OBJECT_RULE, at=ENTRY, is_hidden=True),
    "appraisal:result": Route(needs=OBJECT_RULE, at=RESULT, is_hidden=True),
    "appraisal:evidence": Route(needs=OBJECT_RULE, at=LINE, is_hidden=True),
    "appraisal:line-object": Route("GET POST", OBJECT_RULE, at=LINE, is_hidden=True),
    "appraisal:objections": Route(),
    "appraisal:objection": Route("GET POST", OBJECT_RULE, at=OBJECTION, is_hidden=True),
    "appraisal:schemes": Route(needs=P.MANAGE_SCHEMES),
    "appraisal:scheme-add": Route("GET POST", P.MANAGE_SCHEMES),
    "appraisal:scheme": Route(needs=OBJECT_RULE, at=SCHEME, is_hidden=True),
    "appraisal:scheme-edit": Route("GET POST", P.MANAGE_SCHEMES, at=SCHEME, is_hidden=True),
    "appraisal:scheme-end": Route("POST", P.MANAGE_SCHEMES, at=UNOPENED, is_hidden=True),
    "appraisal:period-open": Route("GET POST", P.APPRAISE, at=UNOPENED, is_hidden=True),
    "appraisal:rules": Route(needs=P.MANAGE_SCHEMES),
    "appraisal:rule-add": Route("GET POST", P.MANAGE_SCHEMES),
    "appraisal:rule-edit": Route("GET POST", P.MANAGE_SCHEMES, at=RULE, is_hidden=True),
    "appraisal:rule-end": Route("POST", P.MANAGE_SCHEMES, at=RULE, is_hidden=True),
    "appraisal:payroll": Route(needs=P.APPRAISE),
    "appraisal:payroll-workbook": Route("POST", P.APPRAISE),
    "appraisal:elements": Route(needs=P.MANAGE_SCHEMES),
    "appraisal:band-add": Route("GET POST", P.MANAGE_SCHEMES),
    "appraisal:band-edit": Route("GET POST", P.MANAGE_SCHEMES, at=BAND, is_hidden=True),
    "appraisal:band-end": Route("GET POST", P.MANAGE_SCHEMES, at=BAND, is_hidden=True),
    "appraisal:element-edit": Route("GET POST", P.MANAGE_SCHEMES, at={"kind": lambda world: "seniority"}),
    "appraisal:element-level-edit": Route(
        "GET POST", P.MANAGE_SCHEMES, at={"kind": lambda world: "certificate", "level": lambda world: "middle"}
    ),
    "appraisal:record": Route("GET POST", P.APPRAISE, at=WORKER, is_hidden=True),
    "api:appraisal-result-list": Route(),
    "api:appraisal-result-detail": Route(at=RESULT, is_hidden=True),
    "api:appraisal-objection-list": Route(),
    "api:appraisal-objection-detail": Route(at=OBJECTION, is_hidden=True),
    "api:appraisal-line-object": Route("POST", OBJECT_RULE, at=LINE, is_hidden=True),
    "api:appraisal-points-object": Route("POST", OBJECT_RULE, at=ENTRY, is_hidden=True),
    "api:appraisal-objection-decide": Route("POST", OBJECT_RULE, at=OBJECTION, is_hidden=True),
}
