"""Frames in, verdicts out. Knows faces, not people; no Qt, no store, and nothing is ever written about a face."""

import os

# OpenCV and FFmpeg read these once, when they are loaded: a dead camera is given up after 2 s instead of 10, and
# both stay off stderr because every fault is raised as a WorldError with a remedy.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# Shrinking a frame takes half a millisecond; the second thread OpenCV would start for it spins longer than that.
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
