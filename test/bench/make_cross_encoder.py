"""Makes the cross-encoder that `rerank.ts` measures where the real one cannot be fetched.

Takes the int8 weights of all-MiniLM-L6-v2, which have the shape of ms-marco-MiniLM-L-6-v2 (6 layers of 384,
12 heads, the same vocabulary), and puts a head of the same shape on the first token: dense 384 x 384, tanh,
dense 384 x 1. The head's weights are random, so its scores mean nothing; the work a pair takes is the same.

    python make_cross_encoder.py ENCODER.onnx OUTPUT.onnx
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

DIMENSIONS = 384


def dense(name, rows, columns, random):
    weights = random.normal(0, rows**-0.5, (rows, columns)).astype(np.float32)
    return [
        numpy_helper.from_array(weights, f"{name}.weight"),
        numpy_helper.from_array(np.zeros(columns, np.float32), f"{name}.bias"),
    ]


def main(source, target):
    model = onnx.load(source)
    graph = model.graph
    random = np.random.default_rng(20261123)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.array(0, np.int64), "head.first"),
            *dense("head.dense", DIMENSIONS, DIMENSIONS, random),
            *dense("head.out", DIMENSIONS, 1, random),
        ]
    )
    graph.node.extend(
        [
            helper.make_node("Gather", [graph.output[0].name, "head.first"], ["head.cls"], axis=1),
            helper.make_node("Gemm", ["head.cls", "head.dense.weight", "head.dense.bias"], ["head.pooled"]),
            helper.make_node("Tanh", ["head.pooled"], ["head.squashed"]),
            helper.make_node("Gemm", ["head.squashed", "head.out.weight", "head.out.bias"], ["logits"]),
        ]
    )
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1]))
    onnx.save(model, target)


main(*sys.argv[1:3])
