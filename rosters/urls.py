"""Addresses of rosters: bringing lists in, from the file to what became of each row."""

from django.urls import path

from rosters.views import batches, files, rows, steps

app_name = "rosters"
urlpatterns = [
    path("rosters/", batches.batches, name="list"),
    path("rosters/new/", batches.upload, name="upload"),
    path("rosters/templates/<slug:kind>/", files.template, name="template"),
    path("rosters/<int:pk>/", batches.batch, name="batch"),
    path("rosters/<int:pk>/progress/", batches.progress, name="progress"),
    path("rosters/<int:pk>/problems/", rows.problems, name="problems"),
    path("rosters/<int:pk>/rows/<slug:outcome>/", rows.rows, name="rows"),
    path("rosters/<int:pk>/copy/", files.copy_with_reasons, name="copy"),
    path("rosters/<int:pk>/passwords/", files.passwords, name="passwords"),
    path("rosters/<int:pk>/match/", steps.match, name="match"),
    path("rosters/<int:pk>/decide/", steps.decide, name="decide"),
    path("rosters/<int:pk>/decide-rows/", steps.decide_rows, name="decide-rows"),
    path("rosters/<int:pk>/recheck/", steps.recheck, name="recheck"),
    path("rosters/<int:pk>/apply/", steps.apply, name="apply"),
    path("rosters/<int:pk>/undo/", steps.undo, name="undo"),
    path("rosters/<int:pk>/cancel/", steps.cancel, name="cancel"),
]
