"""Addresses of the registers: places, people, organisations, search, and residents' own requests."""

from django.urls import URLPattern, URLResolver, include, path

from residents.views import households, organisations, people, person_changes, place_changes, places

app_name = "residents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("residents/", people.people, name="people"),
    path("residents/add/", people.person_add, name="person-add"),
    path("residents/houses/suggest/", people.suggest_houses, name="suggest-houses"),
    path("residents/<int:pk>/", people.person, name="person"),
    path("residents/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("residents/<int:pk>/move/", person_changes.move, name="person-move"),
    path("residents/<int:pk>/leave/", person_changes.leave, name="person-leave"),
    path("residents/<int:pk>/return/", person_changes.come_back, name="person-return"),
    path("residents/<int:pk>/double/", person_changes.double, name="person-double"),
    path("residents/households/add/", households.household_add, name="household-add"),
    path("residents/households/<int:pk>/", households.household, name="household"),
    path("residents/households/<int:pk>/join/", households.join, name="household-join"),
    path("residents/households/<int:pk>/relations/", households.relations, name="household-relations"),
    path("residents/households/<int:pk>/head/", households.head, name="household-head"),
    path("residents/households/<int:pk>/end/", households.end, name="household-end"),
    path("residents/households/<int:pk>/dissolve/", households.dissolve, name="household-dissolve"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.organisation_add, name="organisation-add"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/check/", organisations.check, name="organisation-check"),
    path("organisations/<int:pk>/close/", organisations.close, name="organisation-close"),
    path("organisations/<int:pk>/reopen/", organisations.reopen, name="organisation-reopen"),
    path("", include("residents.privacy_urls")),
    path("places/", places.houses, name="houses"),
    path("places/estates/", places.estates, name="estates"),
    path("places/estates/add/", place_changes.estate_add, name="estate-add"),
    path("places/estates/<int:pk>/", places.estate, name="estate"),
    path("places/estates/<int:pk>/edit/", place_changes.estate_edit, name="estate-edit"),
    path("places/estates/<int:pk>/retire/", place_changes.estate_retire, name="estate-retire"),
    path("places/estates/<int:pk>/buildings/add/", place_changes.building_add, name="building-add"),
    path("places/buildings/<int:pk>/", places.building, name="building"),
    path("places/buildings/<int:pk>/edit/", place_changes.building_edit, name="building-edit"),
    path("places/buildings/<int:pk>/lead/", place_changes.building_head, name="building-head"),
    path("places/buildings/<int:pk>/houses/", place_changes.building_houses, name="building-houses"),
    path("places/buildings/<int:pk>/retire/", place_changes.building_retire, name="building-retire"),
    path("places/houses/add/", place_changes.house_add, name="house-add"),
    path("places/houses/<int:pk>/", places.house, name="house"),
    path("places/houses/<int:pk>/edit/", place_changes.house_edit, name="house-edit"),
    path("places/houses/<int:pk>/retire/", place_changes.house_retire, name="house-retire"),
]
