"""Addresses of accounts: sessions, preferences, inbox; people and the audit log for administrators."""

from django.urls import path

from accounts.views import inbox, preferences, profile, sessions

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sessions.sign_in, name="sign-in"),
    path("sign-out/", sessions.sign_out, name="sign-out"),
    path("password/", sessions.password, name="password"),
    path("language/", preferences.language, name="language"),
    path("text-size/", preferences.text_size, name="text-size"),
    path("profile/", profile.profile, name="profile"),
    path("notices/", inbox.inbox, name="inbox"),
    path("notices/read-all/", inbox.read_all, name="notices-read"),
    path("notices/<int:pk>/open/", inbox.open_notice, name="notice-open"),
]
