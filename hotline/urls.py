"""Addresses of the hotline."""

from django.urls import path

from hotline import call_urls, exchange_urls, key_urls, rate_urls
from hotline.views import category_models, correcting, desk, photos, replies, requests, snippets, telling, topics

app_name = "hotline"
urlpatterns = [
    path("", requests.requests, name="requests"),
    path("<int:pk>/", requests.request_page, name="request"),
    path("workbook/", requests.workbook, name="requests-workbook"),
    path("by-phone/", requests.by_phone, name="by-phone"),
    path("<int:pk>/correct/", correcting.correct, name="correct"),
    path("<int:pk>/unmerge/", requests.unmerge, name="unmerge"),
    path("<int:pk>/reopen/", requests.reopen, name="reopen"),
    path("desk/", desk.desk, name="desk"),
    path("desk/look/", desk.look, name="desk-look"),
    path("desk/next/", desk.next_one, name="desk-next"),
    path("desk/ready/", desk.ready, name="desk-ready"),
    path("desk/<int:pk>/", desk.desk_request, name="desk-request"),
    path("desk/<int:pk>/look/", desk.look, name="desk-request-look"),
    path("photos/<int:pk>/", photos.photo, name="photo"),
    path("photos/<int:pk>/thumbnail/", photos.thumbnail, name="photo-thumb"),
    path("snippets/", snippets.snippets, name="snippets"),
    path("snippets/new/", snippets.snippet_new, name="snippet-new"),
    path("snippets/<int:pk>/", snippets.snippet_edit, name="snippet-edit"),
    path("snippets/<int:pk>/retire/", snippets.snippet_retire, name="snippet-retire"),
    path("category-models/", category_models.category_models, name="category-models"),
    path("category-models/<int:pk>/", category_models.category_model, name="category-model"),
    path("category-models/<int:pk>/use/", category_models.use_category_model, name="category-model-use"),
    *call_urls.urlpatterns,
    *exchange_urls.urlpatterns,
    path("topics/", topics.topics, name="topics"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/rename/", topics.rename, name="topic-rename"),
    path("topics/<int:pk>/put-in/", topics.put_in, name="topic-put-in"),
    path("topics/<int:pk>/take-out/<int:matter>/", topics.take_out, name="topic-take-out"),
    path("topics/<int:pk>/dismiss/", topics.dismiss, name="topic-dismiss"),
    path("topics/<int:pk>/handle/", topics.handle, name="topic-handle"),
    path("orders/<int:pk>/reply/", replies.write, name="reply-write"),
    path("replies/", replies.replies, name="replies"),
    path("replies/<int:pk>/", replies.reply, name="reply"),
    path("replies/<int:pk>/approve/", replies.approve, name="reply-approve"),
    path("replies/<int:pk>/return/", replies.send_back, name="reply-return"),
    path("to-tell/", telling.to_tell, name="to-tell"),
    path("<int:pk>/told/", telling.told, name="told"),
    *rate_urls.urlpatterns,
    *key_urls.urlpatterns,
]
