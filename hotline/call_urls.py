"""Addresses of the call-back desk and its rules."""

from django.urls import path

from hotline.views import call_rules, calling

urlpatterns = [
    path("call-backs/", calling.queue, name="call-backs"),
    path("call-backs/next/", calling.next_call, name="call-next"),
    path("call-backs/<int:pk>/", calling.call, name="call"),
    path("call-backs/<int:pk>/claim/", calling.claim, name="call-claim"),
    path("call-backs/<int:pk>/release/", calling.release, name="call-release"),
    path("call-backs/<int:pk>/close/", calling.close, name="call-close"),
    path("call-backs/<int:pk>/redo/", calling.redo, name="call-redo"),
    path("rules/", call_rules.rules_page, name="rules"),
    path("rules/shares/", call_rules.edit_share, name="rule-share"),
    path("rules/<slug:name>/", call_rules.edit_measure, name="rule-measure"),
]
