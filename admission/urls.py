"""Addresses of standing tasks."""

from django.urls import path

from admission.views import decision, filling, load, progress, tasks

app_name = "admission"
urlpatterns = [
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/apply/", tasks.apply, name="apply"),
    path("tasks/working-times/", load.efforts, name="efforts"),
    path("tasks/working-times/<int:pk>/remove/", load.effort_remove, name="effort-remove"),
    path("tasks/mine/", filling.mine, name="mine"),
    path("tasks/fill/<int:pk>/", filling.fill, name="fill"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/decide/", decision.decide, name="decide"),
    path("tasks/<int:pk>/withdraw/", tasks.withdraw, name="withdraw"),
    path("tasks/<int:pk>/progress/", progress.show, name="progress"),
    path("tasks/<int:pk>/missing/", progress.missing, name="missing"),
    path("tasks/<int:pk>/answers.xlsx", progress.export, name="export"),
    path("tasks/<int:pk>/end/", progress.end, name="end"),
]
