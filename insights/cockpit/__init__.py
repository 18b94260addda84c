"""The cockpit (领导驾驶舱): one screen that says how an area is doing, without anybody at the keyboard."""
