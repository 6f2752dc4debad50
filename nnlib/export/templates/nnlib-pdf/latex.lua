-- What pandoc needs to make good Typst of LaTeX: the text before and after, and what it cannot do.

local M = {}

-- Typst 0.15 dropped names that pandoc 3.9 still writes.
local RENAMED = {
  ["sect"] = "inter",
  ["sect.big"] = "inter.big",
  ["sect.double"] = "inter.double",
  ["sect.sq"] = "inter.sq",
  ["dot.circle"] = "dot.o",
  ["dot.circle.big"] = "dot.o.big",
  ["times.circle"] = "times.o",
  ["times.circle.big"] = "times.o.big",
  ["minus.circle"] = "minus.o",
  ["dash.circle"] = "dash.o",
  ["brace.l.double"] = "brace.l.stroked",
  ["brace.r.double"] = "brace.r.stroked",
  ["bracket.l.double"] = "bracket.l.stroked",
  ["bracket.r.double"] = "bracket.r.stroked",
}

-- Bars in pairs become fences: pandoc would make relations of them, with space around.
local function paired(latex, bar, fence)
  return (latex:gsub(bar .. "([^" .. bar .. "]+)" .. bar, function(inner)
    for _, brackets in ipairs { "()", "{}", "[]" } do
      local open, close = "%" .. brackets:sub(1, 1), "%" .. brackets:sub(2)
      if select(2, inner:gsub(open, "")) ~= select(2, inner:gsub(close, "")) then
        return nil
      end
    end
    return "\\left" .. fence .. " " .. inner .. "\\right" .. fence .. " "
  end))
end

local function with_fences(latex)
  latex = latex:gsub("\\lvert%f[%A]", "\\left|"):gsub("\\rvert%f[%A]", "\\right|")
  -- Bars with a size are fences already: put them, and then \|, out of the way.
  latex = latex:gsub("\\|", "\1")
  for _, size in ipairs { "\\left", "\\right", "\\middle", "\\[bB]igg?[lrm]?" } do
    latex = latex:gsub("(" .. size .. "%s*)|", "%1\2"):gsub("(" .. size .. "%s*)\1", "%1\3")
  end
  latex = paired(paired(latex, "\1", "\3"), "|", "\2")
  return (latex:gsub("[\1\3]", "\\|"):gsub("\2", "|"))
end

-- LaTeX as pandoc understands it.
function M.prepared(latex)
  latex = latex:gsub("\\tag%s*%b{}", "")
  latex = latex:gsub("\\arg(m[axin]+)%f[%A]", "\\operatorname*{arg\\,%1}")
  -- A comma within a number has no space after it.
  latex = latex:gsub("{,}", "\\text{,}")
  -- A mark in the numerator, which `with_large_fractions` takes out again.
  latex = latex:gsub("\\dfrac%s*(%w)%s*(%w)", "\\dfrac{%1}{%2}")
  latex = latex:gsub("\\dfrac%s*{", "\\frac{\\operatorname{dfrac}")
  return with_fences(latex)
end

-- Typst with \1number\1 for each of its strings, and the strings.
local function without_strings(typst)
  local bare, strings, from = {}, {}, 1
  local open = typst:find('"', from, true)
  while open do
    local close = open + 1
    while typst:sub(close, close) ~= '"' do
      close = close + (typst:sub(close, close) == "\\" and 2 or 1)
    end
    strings[#strings + 1] = typst:sub(open, close)
    bare[#bare + 1] = typst:sub(from, open - 1) .. "\1" .. #strings .. "\1"
    from = close + 1
    open = typst:find('"', from, true)
  end
  return table.concat(bare) .. typst:sub(from), strings
end

-- \dfrac is large everywhere.
local function with_large_fractions(bare, strings)
  for number, text in ipairs(strings) do
    local mark = "frac(\1" .. number .. "\1"
    local at = text == '"dfrac"' and bare:find(mark, 1, true)
    if at then
      local rest = bare:sub(at):gsub("^frac(%b())", function(inside)
        return "display(frac(" .. inside:sub(#mark - 3) .. ")"
      end)
      bare = bare:sub(1, at - 1) .. rest
    end
  end
  return bare
end

-- A string of pandoc's: a fence, text in a style, or else the name of an operator.
local function restored(before, text, after, latex, bars)
  if text == '"||"' then
    text = bars() == "V" and '"‖"' or '"|"'
  elseif before:find("%a%($") and after == ")" then
    -- Typst adds the space that stands around the text in its source.
    text = text:gsub('^" +(.)', '"%1'):gsub('([^"]) +"$', '%1"')
  elseif before ~= ": " then
    local limits = latex:find("\\operatorname*", 1, true) or text:find('^"arg')
    text = string.format("op(%s%s)", text, limits and ", limits: #true" or "")
  end
  return before .. text .. after
end

-- A large fence: pandoc would scale it as text.
local SCALED = "#scale%(x: (%d+)%%, y: %d+%%%)"

local function sized(size, fence)
  fence = fence == "parallel" and "bar.v.double" or fence
  fence = fence:find("^%p$") and "\\" .. fence or fence
  return string.format("lr(size: #%.2fem, %s)", size / 100, fence)
end

-- Typst's names, sizes and spaces where pandoc's are not right; nil where that fails.
function M.repaired(typst, latex)
  local bare, strings = without_strings(typst)
  bare = with_large_fractions(bare, strings)
  bare = bare:gsub(SCALED .. "%[\\(.)%]", sized):gsub(SCALED .. "%[([^%]]+)%]", sized)
  -- pandoc rounds the widths of \; and \! to whole ems.
  bare = bare:gsub("#h%(0em%)", "thick"):gsub("#h%(%-1em%)", "#h(-0.1667em)")
  bare = bare:gsub("&%s+&", "& quad &"):gsub("cases%b()", function(cases)
    return (cases:gsub(" & ", " & quad "))
  end)
  bare = bare:gsub("sans(%b())", "upright(sans%1)")
  bare = bare:gsub("∥(.-)∥", "lr(bar.v.double %1 bar.v.double)")
  bare = bare:gsub("%a[%a.]*%a", RENAMED)
  local bars = latex:gmatch("\\begin%s*{([vV])matrix}")
  typst = bare:gsub("(.?.?)\1(%d+)\1(%)?)", function(before, number, after)
    return restored(before, strings[tonumber(number)], after, latex, bars)
  end)
  return not typst:find("dfrac", 1, true) and typst:gsub(' upright%(","%) ', '","') or nil
end

-- What pandoc converts without a word, and wrong.
function M.refused(latex)
  if latex:find("\\left%s*%.") or latex:find("\\right%s*%.") then
    return "\\left. and \\right. do not stretch in the PDF; write \\Big| or cases"
  elseif latex:find("{array}", 1, true) or latex:find("{matrix}", 1, true) then
    return "array and matrix are not set right in the PDF; write pmatrix, bmatrix or cases"
  end
  for cases in latex:gmatch("\\begin{cases}(.-)\\end{cases}") do
    if not cases:find("&", 1, true) then
      return "cases need two columns in the PDF"
    end
  end
  local lines = latex:match("\\begin{(%a+ed%*?)}") or latex:match("\\begin{(split)}")
    or latex:match("\\begin{(align%*?)}") or latex:match("\\begin{(gather%*?)}")
  local whole = lines and latex:find("^%s*\\begin{" .. lines:gsub("%*", "%%*") .. "}")
    and latex:gsub("\\tag%s*%b{}", ""):find("\\end{" .. lines:gsub("%*", "%%*") .. "}%s*$")
  if lines and not whole then
    return lines .. " must be the whole formula"
  end
end

return M
