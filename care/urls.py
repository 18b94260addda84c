"""Addresses of service tiers, care groups and contact households. No address names a colour or a person."""

from django.urls import path

from care.views import contacts, groups, rules, tiers

app_name = "care"
urlpatterns = [
    path("tiers/", tiers.grants, name="grants"),
    path("tiers/propose/<int:resident>/", tiers.propose, name="propose"),
    path("tiers/<int:pk>/", tiers.grant, name="grant"),
    path("tiers/<int:pk>/approve/", tiers.approve, name="approve"),
    path("tiers/<int:pk>/refuse/", tiers.refuse, name="refuse"),
    path("tiers/<int:pk>/withdraw/", tiers.withdraw, name="withdraw"),
    path("tiers/<int:pk>/revoke/", tiers.revoke, name="revoke"),
    path("counts/", rules.counts_page, name="counts"),
    path("looks/", rules.looks_page, name="looks"),
    path("settings/", rules.settings, name="settings"),
    path("settings/frequencies/", rules.save_frequencies, name="frequencies-save"),
    path("settings/reasons/", rules.save_reasons, name="reasons-save"),
    path("settings/turn-on/", rules.turn_on, name="turn-on"),
    path("settings/<int:pk>/confirm/", rules.confirm, name="turn-on-confirm"),
    path("settings/<int:pk>/turn-off/", rules.turn_off, name="turn-off"),
    path("groups/enter/<int:resident>/", groups.enter, name="membership-enter"),
    path("groups/<int:pk>/end/", groups.end, name="membership-end"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/draw-up/<int:node>/", contacts.draw_up, name="draw-up"),
    path("contacts/plans/<int:pk>/", contacts.plan, name="plan"),
    path("contacts/plans/<int:pk>/edit/", contacts.plan_edit, name="plan-edit"),
    path("contacts/plans/<int:pk>/drop/", contacts.plan_drop, name="plan-drop"),
    path("contacts/hand-overs/<int:pk>/", contacts.hand_over, name="hand-over"),
]
