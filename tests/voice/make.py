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


def nodes(text):
    """A node a line: `DOMAIN.KIND INPUTS -> OUTPUT ATTRIBUTE=NUMBER`; it is named as its output unless `name=` says another name."""
    made = []
    for line in filter(None, map(str.strip, text.splitlines())):
        (kind, *inputs), (output, *attributes) = (side.split() for side in line.split("->"))
        domain, _, kind = kind.rpartition(".")
        values = dict(attribute.split("=") for attribute in attributes)
        name = values.pop("name", output)
        numbers = {key: float(value) if "." in value else int(value) for key, value in values.items()}
        made.append(helper.make_node(kind, inputs, [output], name=name, domain=domain or None, **numbers))
    return made


# Makes `hot` of `lengths`: [symbols, frames], 1 where a symbol sounds; and `frames`.
ALIGNED = """
    CumSum lengths axis0 -> ends
    Sub ends lengths -> begins
    ReduceSum lengths axes0 -> total keepdims=0
    Range zero total one -> frames
    Unsqueeze ends axes1 -> ends2
    Unsqueeze begins axes1 -> begins2
    Less frames ends2 -> under
    GreaterOrEqual frames begins2 -> over
    And under over -> both
    Cast both -> hot to=1
"""

# Makes `tone` of `volume`: [1, 1, frames], held for `unit` samples each.
TONE = """
    Reshape volume column -> volume2
    Expand volume2 wide -> held
    Reshape held flat -> envelope
    Mul total unit -> samples
    Range zero samples one -> time
    Mul time pitch -> phase
    Sin phase -> sine
    Mul sine envelope -> tone
"""

# Each symbol lasts 4 units of 600 samples at a speed of 1, as loud as its number.
KOKORO = f"""
    Cast tokens -> numbers to=1
    Reshape numbers flat -> flat_numbers
    Mul flat_numbers zero -> nothing
    Add nothing four -> fours
    Div fours speed -> exact
    Round exact -> rounded
    Clip rounded one -> lengths
    {ALIGNED}
    Unsqueeze numbers axes2 -> features
    com.microsoft.FusedMatMul features hot -> loud name=fused transA=1 transB=0 transBatchA=0 transBatchB=0 alpha=1.0
    Mul loud louder -> volume
    {TONE}
    ReduceMean style -> mean keepdims=0
    Mul tone mean -> audio
"""

# Each symbol lasts 3.5 units of 256 samples, rounded up, with noise in it.
PIPER = f"""
    Gather scales index1 -> slower
    Gather scales index0 -> noisier
    Cast input -> numbers to=1
    Reshape numbers flat -> flat_numbers
    Mul flat_numbers zero -> nothing
    Add nothing some -> somes
    Mul somes slower -> exact
    Ceil exact -> lengths
    {ALIGNED}
    MatMul numbers hot -> loud
    Mul loud louder -> volume
    {TONE}
    RandomNormalLike tone -> random dtype=1
    Mul random noisier -> hiss
    Mul hiss louder -> quiet_hiss
    Add tone quiet_hiss -> sum
    Reshape sum shape -> output
"""


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


def write(name, text, inputs, outputs, extra):
    info = helper.make_tensor_value_info
    graph = helper.make_graph(nodes(text), name, [info(*i) for i in inputs], [info(*o) for o in outputs], extra)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    checker.check_model(model)
    save(model, HERE / f"{name}.onnx")


def kokoro():
    extra = [*constants(600), constant("four", 4, np.float32), constant("axes2", [2], np.int64)]
    inputs = [("tokens", I64, [1, "symbols"]), ("style", F32, [1, 256]), ("speed", F32, [1])]
    write("kokoro", KOKORO, inputs, [("audio", F32, ["samples"])], extra)


def piper():
    extra = [
        *constants(256), constant("index0", 0, np.int64), constant("index1", 1, np.int64),
        constant("some", 3.5, np.float32), constant("shape", [1, 1, 1, -1], np.int64),
    ]
    inputs = [("input", I64, [1, "symbols"]), ("input_lengths", I64, [1]), ("scales", F32, [3])]
    write("piper", PIPER, inputs, [("output", F32, [1, 1, 1, "samples"])], extra)


kokoro()
piper()
