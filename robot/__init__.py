"""Service robots: an open vocabulary over MQTT, the dispatcher that speaks it, and a robot that is only simulated.

A robot is never told who somebody is: a task, what to bring, a public number and a seat (docs/robot.md, ADR 0022).
"""
