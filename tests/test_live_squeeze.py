"""Squeezed scripts do what the written ones do."""

import pytest

pytest.importorskip("quickjs")

import quickjs

from nnlib.live.squeeze import squeezed

CASES = {
    "let a = 1; // one\nlet b = 2;": "let a=1;let b=2;",
    "f( a , b )\ng()": "f(a,b)\ng()",
    "/* two\n lines */ if ( x ) {\n  y ( ) ;\n}\nz": "if(x){y();}\nz",
    "let u = \"// no  comment\", v = '/* nor \\' this */';": (
        "let u=\"// no  comment\",v='/* nor \\' this */';"
    ),
    "a + +b - -c + d++ + ++e": "a+ +b- -c+d++ + ++e",
    "return [ a ] in  b": "return[a]in b",
    "s.replace(/ \\/ [/ ] /g, `a  b`)": "s.replace(/ \\/ [/ ] /g,`a  b`)",
    "x = a / b / c; // d": "x=a/b/c;",
    "`a  ${ b + `  ${ c }  \\` ` }  // ${ { d : 1 }.d }`": (
        "`a  ${b+`  ${c}  \\` `}  // ${{d:1}.d}`"
    ),
    "p\n  .then( q )\n  ?.r": "p.then(q)?.r",
    "const f = () => {\n}\nconst é = 1": "const f=()=>{}\nconst é=1",
}


@pytest.mark.parametrize("code", CASES)
def test_only_what_separates_nothing_goes(code):
    assert squeezed(code) == CASES[code]
    assert squeezed(CASES[code]) == CASES[code]


def test_a_squeezed_program_gives_the_same_values():
    code = """
    const list = [1, 2, 3] // what follows begins with a word
    const word = (n) => `${n} ${n === 1 ? `a  b${"// c"}` : "many  '"}`;
    let text = ""
    for (const n of list) text += word(n) + n / 2 + /[/ ]+/.test("a / b") + - -n
    text
    """
    short = squeezed(code)
    assert len(short) < 0.8 * len(code)
    first, second = (quickjs.Context().eval(each) for each in (code, short))
    assert first == second
    assert "a  b// c" in first
