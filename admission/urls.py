"""Addresses of standing tasks."""

from django.urls import path

from admission.views import decision, load, tasks

app_name = "admission"
urlpatterns = [
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/apply/", tasks.apply, name="apply"),
    path("tasks/working-times/", load.efforts, name="efforts"),
    path("tasks/working-times/<int:pk>/remove/", load.effort_remove, name="effort-remove"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/decide/", decision.decide, name="decide"),
    path("tasks/<int:pk>/withdraw/", tasks.withdraw, name="withdraw"),
]
