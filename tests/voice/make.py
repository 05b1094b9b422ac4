"""Writes the tiny networks that tests speak with: the inputs, outputs and peculiar nodes of Kokoro and Piper, and a tone for each symbol.

    pip install onnx && python tests/voice/make.py
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

HERE = Path(__file__).parent
I64, F32 = TensorProto.INT64, TensorProto.FLOAT


def constant(name, value, kind):
    return numpy_helper.from_array(np.array(value, dtype=kind), name)


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs.split(), [output], name=output, **attributes)


def aligned(lengths):
    """Nodes that make `hot` of `lengths`: [symbols, frames], 1 where a symbol sounds; and `frames`."""
    return [
        node("CumSum", f"{lengths} axis0", "ends"),
        node("Sub", f"ends {lengths}", "begins"),
        node("ReduceSum", f"{lengths} axes0", "total", keepdims=0),
        node("Range", "zero total one", "frames"),
        node("Unsqueeze", "ends axes1", "ends2"),
        node("Unsqueeze", "begins axes1", "begins2"),
        node("Less", "frames ends2", "under"),
        node("GreaterOrEqual", "frames begins2", "over"),
        node("And", "under over", "both"),
        node("Cast", "both", "hot", to=F32),
    ]


def tone(unit, volume):
    """Nodes that make `tone` of `volume`: [1, 1, frames], held for `unit` samples each."""
    return [
        node("Reshape", f"{volume} column", "volume2"),
        node("Expand", "volume2 wide", "held"),
        node("Reshape", "held flat", "envelope"),
        node("Mul", "total unit", "samples"),
        node("Range", "zero samples one", "time"),
        node("Mul", "time pitch", "phase"),
        node("Sin", "phase", "sine"),
        node("Mul", "sine envelope", "tone"),
    ]


def constants(unit):
    return [
        constant("axis0", 0, np.int64),
        constant("axes0", [0], np.int64),
        constant("axes1", [1], np.int64),
        constant("zero", 0, np.float32),
        constant("one", 1, np.float32),
        constant("unit", unit, np.float32),
        constant("pitch", 0.1, np.float32),
        constant("column", [-1, 1], np.int64),
        constant("wide", [1, unit], np.int64),
        constant("flat", [-1], np.int64),
        constant("louder", 0.004, np.float32),
    ]


def write(name, nodes, inputs, outputs, extra):
    info = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, name, [info(*i) for i in inputs], [info(*o) for o in outputs], extra)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    checker.check_model(model)
    save(model, HERE / f"{name}.onnx")


def kokoro():
    """Each symbol lasts 4 units of 600 samples at a speed of 1, as loud as its number."""
    nodes = [
        node("Cast", "tokens", "numbers", to=F32),
        node("Reshape", "numbers flat", "flat_numbers"),
        node("Mul", "flat_numbers zero", "nothing"),
        node("Add", "nothing four", "fours"),
        node("Div", "fours speed", "exact"),
        node("Round", "exact", "rounded"),
        node("Clip", "rounded one", "lengths"),
        *aligned("lengths"),
        node("Unsqueeze", "numbers axes2", "features"),
        helper.make_node(
            "FusedMatMul", ["features", "hot"], ["loud"], name="fused", domain="com.microsoft",
            transA=1, transB=0, transBatchA=0, transBatchB=0, alpha=1.0,
        ),
        node("Mul", "loud louder", "volume"),
        *tone(600, "volume"),
        node("ReduceMean", "style", "mean", keepdims=0),
        node("Mul", "tone mean", "audio"),
    ]
    extra = [*constants(600), constant("four", 4, np.float32), constant("axes2", [2], np.int64)]
    inputs = [("tokens", I64, [1, "symbols"]), ("style", F32, [1, 256]), ("speed", F32, [1])]
    write("kokoro", nodes, inputs, [("audio", F32, ["samples"])], extra)


def piper():
    """Each symbol lasts 3.5 units of 256 samples, rounded up, with noise in it."""
    nodes = [
        node("Gather", "scales index1", "slower"),
        node("Gather", "scales index0", "noisier"),
        node("Cast", "input", "numbers", to=F32),
        node("Reshape", "numbers flat", "flat_numbers"),
        node("Mul", "flat_numbers zero", "nothing"),
        node("Add", "nothing some", "somes"),
        node("Mul", "somes slower", "exact"),
        node("Ceil", "exact", "lengths"),
        *aligned("lengths"),
        node("MatMul", "numbers hot", "loud"),
        node("Mul", "loud louder", "volume"),
        *tone(256, "volume"),
        node("RandomNormalLike", "tone", "random", dtype=1),
        node("Mul", "random noisier", "hiss"),
        node("Mul", "hiss louder", "quiet_hiss"),
        node("Add", "tone quiet_hiss", "sum"),
        node("Reshape", "sum shape", "output"),
    ]
    extra = [
        *constants(256), constant("index0", 0, np.int64), constant("index1", 1, np.int64),
        constant("some", 3.5, np.float32), constant("shape", [1, 1, 1, -1], np.int64),
    ]
    inputs = [("input", I64, [1, "symbols"]), ("input_lengths", I64, [1]), ("scales", F32, [3])]
    write("piper", nodes, inputs, [("output", F32, [1, 1, 1, "samples"])], extra)


kokoro()
piper()
