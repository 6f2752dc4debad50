"""The compiled loop as a WebAssembly module: numba's own LLVM code, made for another processor.

    python -m nnlib.live.module            write kernel.wasm and tables.json beside this file

Numba makes LLVM code of ``jit.epochs``; llvmlite turns the same code into an object for
WebAssembly. There is no second source of the arithmetic, and no linker: an object without
undefined functions is a module already, but for the section that names what it exports. Numba's
optimizer is off, for it goes by the processor at hand: the same bytes come out on every host.
"""

import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
MADE_WITH = ("3.11", "0.68.1")  # Python and numba: others write other code for the same loop
TRIPLE = "wasm32-unknown-unknown"
FEATURES = "+bulk-memory,+sign-ext,+nontrapping-fptoint,+simd128"
EXPORTED = "run"

# WebAssembly's sections, by their numbers
CUSTOM, EXPORT, SYMBOLS = 0, 7, 8
FUNCTION, DATA, SECTION = 0, 1, 3  # kinds of symbols
UNDEFINED, EXPLICIT_NAME = 0x10, 0x40  # flags of symbols

# The entry takes addresses; numba's function takes arrays, each spread over several arguments:
# … 4 is its data, 5.k and 6.k are its lengths and strides. What is not named here is not read.
ENTRY = """
define i32 @run(ptr %plan, ptr %layers, ptr %m, ptr %rates, ptr %kept, i32 %nkept, ptr %ended,
                ptr %diverged, ptr %counters, i32 %end, ptr %scratch) {{
  %end64 = sext i32 %end to i64
  %nkept64 = sext i32 %nkept to i64
  %excinfo = getelementptr i8, ptr %scratch, i32 16
  %status = call i32 @{name}({arguments})
  ret i32 %status
}}
"""
GIVEN = {
    "%retptr": "%scratch",
    "%excinfo": "%excinfo",
    "%arg.plan": "%plan",
    "%arg.end": "%end64",
    "%arg.kept.2": "%nkept64",
    "%arg.kept.5.0": "%nkept64",
}


def llvm_code():
    """Numba's LLVM code of the loop for a run alone."""
    from nnlib.compiled import kernel
    from nnlib.compiled.block import Block
    from nnlib.compiled.jit import epochs
    from nnlib.network import Network
    from nnlib.recipe import Recipe

    recipe = Recipe(epochs=1)
    block = Block(recipe, [0], [Network(recipe.sizes)], [])
    block._go_on(0)  # compiles
    (signature,) = [s for s in epochs.signatures if s[-1].count == len(kernel.ALONE)]
    return epochs.inspect_llvm(signature)


def portable(code):
    """The code without what is of this host or calls Python, and with the entry."""
    code = re.sub(r"^target .*\n", "", code, flags=re.M)
    code = re.sub(r"^declare i8 @llvm\.x86.*\n", "", code, flags=re.M)
    code = re.sub(r"^define [^\n]*@_ZN7cpython.*?^}\n", "", code, flags=re.M | re.S)
    for name in ("NRT_incref", "NRT_decref"):  # nobody else owns the arrays
        empty = f"define internal void @{name}(ptr %x) alwaysinline {{\n  ret void\n}}\n"
        code = re.sub(rf"^define [^\n]*@{name}\(.*?^}}\n", empty, code, flags=re.M | re.S)
    code = code.replace("define linkonce_odr", "define internal").replace(
        "= common ", "= internal "
    )
    begins = r"^define [^\n]*?i32 @(_ZN5nnlib8compiled3jit\S*?epochs\w*)\(([^\n]*)\) [^\n(]*\{"
    name, parameters = re.search(begins, code, flags=re.M).groups()
    start = rf"^define [^\n]*?i32 @{re.escape(name)}\("
    code = re.sub(start, f"define internal i32 @{name}(", code, flags=re.M)
    parameters = re.sub(r"captures\([^)]*\)", "", parameters).split(", ")
    return code + ENTRY.format(name=name, arguments=", ".join(map(_argument, parameters)))


def _argument(parameter):
    """What the entry hands over for one of numba's parameters."""
    from nnlib.compiled import layout

    kind, *_, name = parameter.split()
    columns = len(layout.layers((2, 1), ("sigmoid",), False, 4, True)[0][0])
    strides = {"%arg.layers.5.1": columns, "%arg.layers.6.0": 8 * columns, "%arg.layers.6.1": 8}
    data = re.fullmatch(r"%arg\.(\w+)\.4", name)
    if data and data[1] != "V":
        return f"{kind} %{data[1]}"
    value = GIVEN.get(name, strides.get(name, "null" if kind == "ptr" else "0"))
    return f"{kind} {value}"


def object_file(code):
    """LLVM's object for WebAssembly, as bytes."""
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(
        cpu="generic", features=FEATURES, opt=3, reloc="static", codemodel="default"
    )
    head = f'target datalayout = "{machine.target_data}"\ntarget triple = "{TRIPLE}"\n'
    module = llvm.parse_assembly(head + code)
    module.verify()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(module, builder)
    return machine.emit_object(module)


def number(data, at):
    """The number at a place, and the place behind it: seven bits a byte, the lowest first."""
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def encoded(value):
    """The bytes that ``number`` reads."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def sections(data):
    """(number, content) of each section of an object or a module."""
    if data[:8] != b"\0asm\1\0\0\0":
        raise ValueError("these bytes are no WebAssembly of version 1")
    at = 8
    while at < len(data):
        kind = data[at]
        size, at = number(data, at + 1)
        yield kind, data[at : at + size]
        at += size


def functions(section):
    """({name: index} of the functions that the linking section lists, names of undefined ones)."""
    found, undefined = {}, []
    at = 1 + len("linking")
    _, at = number(section, at)  # the version
    while at < len(section):
        part, (size, begin) = section[at], number(section, at + 1)
        at = begin + size
        if part != SYMBOLS:
            continue
        count, place = number(section, begin)
        for _ in range(count):
            kind, (flags, place) = section[place], number(section, place + 1)
            name, index = None, None
            if kind != DATA:
                index, place = number(section, place)
            if kind == DATA or (
                kind != SECTION and not (flags & UNDEFINED and not flags & EXPLICIT_NAME)
            ):
                length, place = number(section, place)
                name, place = section[place : place + length].decode(), place + length
            if kind == DATA and not flags & UNDEFINED:
                for _ in range(3):
                    _, place = number(section, place)
            if kind == FUNCTION:
                found[name] = index
                if flags & UNDEFINED:
                    undefined.append(name)
    return found, undefined


def linked(data):
    """An object as a module: without what a linker reads, and with its exports named."""
    parts = list(sections(data))
    table = next(b for kind, b in parts if kind == CUSTOM and b[1:].startswith(b"linking"))
    found, undefined = functions(table)
    if undefined:
        raise ValueError(f"the object calls {undefined}, which no page has")
    name = EXPORTED.encode()
    entry = encoded(1) + encoded(len(name)) + name + b"\0" + encoded(found[EXPORTED])
    kept = [(kind, b) for kind, b in parts if kind != CUSTOM]
    place = next(i for i, (kind, _) in enumerate(kept) if kind > EXPORT)
    kept.insert(place, (EXPORT, entry))
    return data[:8] + b"".join(bytes([kind]) + encoded(len(b)) + b for kind, b in kept)


def made_here():
    """The module, in a process in which numba does not optimize."""
    return linked(object_file(portable(llvm_code())))


def here():
    """The versions of Python and numba, as in ``MADE_WITH``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}", version("numba")


COMMAND = "import sys; from nnlib.live import module; sys.stdout.buffer.write(module.made_here())"


def made():
    """The module, from a process of its own: LLVM may end it, and numba reads its settings once.

    Its cache is empty, since code from a cache has no text; that this code cannot be kept in one,
    of which numba warns, is as well.
    """
    with tempfile.TemporaryDirectory() as cache:
        quiet = {"PYTHONWARNINGS": "ignore"}
        environment = os.environ | quiet | {"NUMBA_OPT": "0", "NUMBA_CACHE_DIR": cache}
        command = [sys.executable, "-c", COMMAND]
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout


def main():
    from nnlib.live.tables import text

    module = made()
    (HERE / "kernel.wasm").write_bytes(module)
    (HERE / "tables.json").write_text(text(), encoding="utf-8")
    print(f"kernel.wasm: {len(module)} bytes")


if __name__ == "__main__":
    main()
