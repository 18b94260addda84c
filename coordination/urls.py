"""Addresses of joint reviews and whistles."""

from django.urls import path

from coordination.views import acts, entries, reviews, whistles

app_name = "coordination"
urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/convene/", reviews.convene, name="review-convene"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/minutes/", entries.minutes, name="review-minutes"),
    path("reviews/<int:pk>/decide/", entries.decide, name="review-decide"),
    path("reviews/<int:pk>/correct/", entries.correct, name="review-correct"),
    path("reviews/<int:pk>/cancel/", entries.cancel, name="review-cancel"),
    path("whistles/", whistles.whistles, name="whistles"),
    path("whistles/blow/", whistles.blow, name="whistle-blow"),
    path("whistles/<int:pk>/", whistles.whistle, name="whistle"),
    path("whistles/<int:pk>/close/", acts.close, name="whistle-close"),
    path("whistles/<int:pk>/cancel/", acts.cancel, name="whistle-cancel"),
    path("whistles/<int:pk>/units/<int:unit>/check-in/", acts.check_in, name="summons-check-in"),
    path("whistles/<int:pk>/units/<int:unit>/report/", acts.report, name="summons-report"),
    path("whistles/<int:pk>/units/<int:unit>/rate/", acts.rate, name="summons-rate"),
]
