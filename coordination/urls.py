"""Addresses of whistles."""

from django.urls import path

from coordination.views import acts, whistles

app_name = "coordination"
urlpatterns = [
    path("whistles/", whistles.whistles, name="whistles"),
    path("whistles/blow/", whistles.blow, name="whistle-blow"),
    path("whistles/<int:pk>/", whistles.whistle, name="whistle"),
    path("whistles/<int:pk>/close/", acts.close, name="whistle-close"),
    path("whistles/<int:pk>/cancel/", acts.cancel, name="whistle-cancel"),
    path("whistles/<int:pk>/units/<int:unit>/check-in/", acts.check_in, name="summons-check-in"),
    path("whistles/<int:pk>/units/<int:unit>/report/", acts.report, name="summons-report"),
    path("whistles/<int:pk>/units/<int:unit>/rate/", acts.rate, name="summons-rate"),
]
