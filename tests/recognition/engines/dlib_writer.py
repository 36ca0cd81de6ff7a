"""Writes dlib's serialisation of a face network, in the old or the newer form: the counterpart of the reader."""

from __future__ import annotations

import math

import numpy as np

from recognition.engines.dlib_file import AddPrevious, Affine, Conv, Dense, FaceNetwork, Pool, Relu, Skip, Tag


def integer(value):
    raw = abs(value).to_bytes(max(1, (abs(value).bit_length() + 7) // 8), "little")
    return bytes([len(raw) | (0x80 if value < 0 else 0)]) + raw


def real(value):
    mantissa, exponent = math.frexp(value)
    return integer(int(mantissa * 2**53)) + integer(exponent - 53)


def text(value):
    return integer(len(value)) + value.encode()


def boolean(value):
    return b"1" if value else b"0"


def tensor(values, shape=None):
    shape = shape or (values.size, 1, 1, 1)
    return integer(2) + b"".join(map(integer, shape)) + np.ascontiguousarray(values, "<f4").tobytes()


EMPTY = integer(2) + integer(0) * 4


def alias(*shape):
    return integer(1) + b"".join(integer(size) for size in (*shape, 1, 1, 1, 1)[:4])


RATES = real(1.0) * 4


def written(network: FaceNetwork, *, newer: bool = False) -> bytes:
    """``newer``: the form of dlib 20, normalisation layers as training leaves them."""
    layers = list(network.layers)
    plan = b"".join(
        integer(1 if isinstance(layer, Tag | Skip) else 3 if number == 0 else 2)
        for number, layer in reversed(list(enumerate(layers)))
    )
    head = integer(1) + text("loss_metric_2") + real(0.04) + real(0.6) + plan
    picture = text("input_rgb_image_sized") + b"".join(map(real, network.mean)) + b"".join(map(integer, network.size))
    bodies = [
        _details(layer, newer) + boolean(True) * 2 + boolean(False) + EMPTY * 3 + (integer(1) if number == 0 else b"")
        for number, layer in enumerate(layers)
        if not isinstance(layer, Tag | Skip)
    ]
    return head + picture + b"".join(bodies)


def _details(layer, newer):
    match layer:
        case Conv():
            out, _, rows, columns = layer.weights.shape
            numbers = (out, rows, columns, *layer.stride, *layer.padding)
            params = np.concatenate([layer.weights.ravel(), layer.bias])
            body = (
                tensor(params) + b"".join(map(integer, numbers)) + alias(*layer.weights.shape) + alias(1, out) + RATES
            )
            return text("con_6") + body + boolean(True) + boolean(False) if newer else text("con_4") + body
        case Affine() if newer:
            return _normalisation(layer)
        case Affine():
            sides = alias(1, len(layer.gamma)) * 2
            return text("affine_") + tensor(np.concatenate([layer.gamma, layer.beta])) + sides + integer(0)
        case Relu():
            return text("relu_2") + boolean(False) if newer else text("relu_")
        case Pool():
            numbers = (*layer.window, *layer.stride, *layer.padding)
            return text("max_pool_2" if layer.largest else "avg_pool_2") + b"".join(map(integer, numbers))
        case AddPrevious():
            return text("add_prev_")
        case Dense():
            inputs, outputs = layer.weights.shape
            body = (
                integer(outputs)
                + integer(inputs)
                + tensor(layer.weights.ravel())
                + alias(inputs, outputs)
                + alias(0, 0)
            )
            return text("fc_3" if newer else "fc_2") + body + integer(1) + RATES + (boolean(False) if newer else b"")


def _normalisation(layer):
    """The same affine step as mean, variance, gamma and beta of training."""
    rng, count, least = np.random.default_rng(0), len(layer.gamma), 1e-4
    mean, variance = rng.normal(size=count).astype("f4"), rng.uniform(0.5, 2, count).astype("f4")
    gamma = layer.gamma * np.sqrt(variance.astype("f8") + least)
    beta = layer.beta + mean * layer.gamma.astype("f8")
    side, shape = alias(1, count), (1, count, 1, 1)
    statistics = EMPTY * 2 + tensor(mean, shape) + tensor(variance, shape)
    counters = integer(0) + integer(100) + RATES + real(least)
    return text("bn_con2") + tensor(np.concatenate([gamma, beta])) + side * 2 + statistics + counters
