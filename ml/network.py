"""The network, from images to logits. Keras 3, on any of its backends."""

import keras
from keras import layers

from ml.raster import SIDE


def build(classes: int) -> keras.Model:
    """A small residual network from uint8 images (n, SIDE, SIDE, 1), ink 255 on 0, to float32 logits (n, classes).

    Source of the residual block: He et al. 2015, arXiv:1512.03385. The first two layers, which have the most pixels,
    have no normalisation: on a CPU it would take as much time as all convolutions together.
    """
    image = keras.Input((SIDE, SIDE, 1), dtype="uint8", name="image")
    x = layers.Rescaling(1 / 255)(image)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(64, 3, strides=2, padding="same", activation="relu")(x)
    x = _block(x, 96, strides=2)
    x = _block(x, 192, strides=2)
    x = _block(x, 192)
    x = _block(x, 256)
    x = _convolution(x, 96, 1)
    x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(320, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Dropout(0.2)(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="recognizer")


def _convolution(x: keras.KerasTensor, filters: int, size: int, strides: int = 1) -> keras.KerasTensor:
    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def _block(x: keras.KerasTensor, filters: int, strides: int = 1) -> keras.KerasTensor:
    same = strides == 1 and x.shape[-1] == filters
    shortcut = x if same else _convolution(x, filters, 1, strides)
    y = layers.ReLU()(_convolution(x, filters, 3, strides))
    y = _convolution(y, filters, 3)
    return layers.ReLU()(layers.Add()([shortcut, y]))
