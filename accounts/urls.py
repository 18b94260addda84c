"""Addresses of accounts: sessions, preferences, inbox; people and the audit log for administrators."""

from django.urls import path

from accounts.views import audit_log, inbox, people, portraits, preferences, profile, sessions

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
    path("users/", people.users, name="users"),
    path("users/add/", people.user_add, name="user-add"),
    path("users/<int:pk>/", people.user_edit, name="user-edit"),
    path("users/<int:pk>/password/", people.user_password, name="user-password"),
    path("users/<int:pk>/active/", people.user_active, name="user-active"),
    path("users/<int:pk>/photo/", portraits.portrait, name="user-photo"),
    path("users/<int:pk>/photo/change/", portraits.change, name="user-photo-change"),
    path("audit/", audit_log.audit_log, name="audit"),
]
