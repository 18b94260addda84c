"""Addresses of the tree, its maps, and the public's pages."""

from django.urls import path

from grids.views import maps, nodes, public, tree

app_name = "grids"
urlpatterns = [
    path("grids/", tree.tree, name="tree"),
    path("grids/suggest/", tree.suggest, name="suggest"),
    path("grids/boundaries.json", maps.boundaries, name="boundaries"),
    path("grids/locate.json", maps.locate, name="locate"),
    path("grids/<int:pk>/", nodes.detail, name="detail"),
    path("grids/<int:pk>/children/", tree.children, name="children"),
    path("g/<str:public_code>/", public.public, name="public"),
    path("g/<str:public_code>/qr.svg", public.public_qr, name="public-qr"),
    path("g/<str:public_code>/people/<int:pk>/photo/", public.public_photo, name="public-photo"),
]
