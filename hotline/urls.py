"""Addresses of the hotline."""

from django.urls import path

from hotline import call_urls
from hotline.views import category_models, requests

app_name = "hotline"
urlpatterns = [
    path("", requests.requests, name="requests"),
    path("<int:pk>/", requests.request_page, name="request"),
    path("category-models/", category_models.category_models, name="category-models"),
    path("category-models/<int:pk>/", category_models.category_model, name="category-model"),
    path("category-models/<int:pk>/use/", category_models.use_category_model, name="category-model-use"),
    *call_urls.urlpatterns,
]
