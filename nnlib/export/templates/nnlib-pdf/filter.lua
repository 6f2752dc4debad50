-- From the fences that index.md.j2 writes to Typst: a fence's class says what it holds, its first
-- line is JSON, the rest is the piece itself. The Typst functions called here are in report.typ.
-- What cannot be carried over is collected and stops the build, each problem on one line.

local MARKDOWN = "commonmark+pipe_tables+tex_math_dollars+strikeout"
-- `-smart` lets Typst set the quotation marks.
local TYPST = "typst-smart"

local latex = dofile((PANDOC_SCRIPT_FILE:gsub("filter%.lua$", "latex.lua")))

local problems = {}
local cell -- the id of the cell at work, for messages
local formulas = {} -- kind and LaTeX → the element, later its Typst; nil where there is none
local labels, links = {}, {}

local function problem(text)
  problems[#problems + 1] = string.format("cell %s: %s", cell, (text:gsub("%s+", " ")))
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"'
end

-- `#none;` keeps Typst from reading the start of what follows, as in "1. Title", as a list.
local OPEN = "[#none;"

local function inline(...)
  return pandoc.RawInline("typst", string.format(...))
end

local function block(...)
  return pandoc.RawBlock("typst", string.format(...))
end

-- Formulae ------------------------------------------------------------------------------------

local function key(math)
  return math.mathtype .. " " .. math.text
end

local function collect(math)
  formulas[key(math)] = math
end

-- One call for all formulae: a call for each would take longer than all the rest.
local function convert_formulas()
  local keys, doc = {}, pandoc.Blocks {}
  for name in pairs(formulas) do
    keys[#keys + 1] = name
  end
  for _, name in ipairs(keys) do
    local math = formulas[name]
    doc:insert(pandoc.Plain { pandoc.Math(math.mathtype, latex.prepared(math.text)) })
    doc:insert(block("/*next formula*/"))
  end
  local typst = pandoc.write(pandoc.Pandoc(doc), TYPST, { wrap_text = "none" })
  local at = 0
  for formula in typst:gmatch("(.-)/%*next formula%*/") do
    at = at + 1
    formula = formula:match("^%s*(%$.*%$)%s*$")
    formulas[keys[at]] = formula and latex.repaired(formula, formulas[keys[at]].text)
  end
end

local function set_math(math)
  local typst, why = formulas[key(math)], latex.refused(math.text)
  if not typst or why then
    problem((why or "this formula cannot be converted") .. ": " .. math.text)
  elseif math.mathtype == "InlineMath" then
    return inline("#nn.formula(%s, %s);", quoted(math.text), typst)
  else
    local tag = math.text:match("\\tag%s*{(.-)}")
    local side = tag and ", tag: " .. quoted("(" .. tag .. ")") or ""
    -- As `equation_id` names it.
    if tag and tag:find("^%d+%.%d+$") then
      local label = "equation-" .. tag:gsub("%.", "-")
      labels[label] = true
      side = side .. ", label: " .. quoted(label)
    end
    return inline("#nn.display(%s, %s%s);", quoted(math.text), typst, side)
  end
end

-- Text ----------------------------------------------------------------------------------------

local function set_string(str)
  if str.text:find("$", 1, true) then
    problem("a dollar sign that opens or closes no formula, near: " .. str.text)
  elseif str.text:find("\\begin{", 1, true) then
    problem("a LaTeX environment must stand within $$…$$: " .. str.text)
  end
  -- Typst would make a prime of an apostrophe after a digit.
  return pandoc.Str((str.text:gsub("(%d)'(%a)", "%1’%2")))
end

local function set_html(raw)
  if raw.format ~= "html" then
    return nil
  elseif not raw.text:find("^<!%-%-") then
    problem("HTML in Markdown is lost in the PDF: " .. raw.text)
  end
  return {}
end

local function decoded(text)
  return text and (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- Places in the report are links, files (chapters that are not in it) are not. What "links" to
-- "id:…" is a place itself: the references' entries.
local function set_link(link)
  local name = decoded(link.target:match("^id:(.*)"))
  if name then
    labels[name] = true
    return pandoc.Inlines { inline("#nn.anchor(%s);", quoted(name)) } .. link.content
  end
  local place = decoded(link.target:match("^#(.*)"))
  if place then
    links[#links + 1] = { place = place, cell = cell }
    local before = inline("#link(label(%s))" .. OPEN, quoted(place))
    return pandoc.Inlines { before } .. link.content .. { inline("];") }
  elseif link.target:find("^https?:") or link.target:find("^mailto:") then
    local words = pandoc.utils.stringify(link.content)
    local address = words:find("/", 1, true) and not words:find("%s")
    return address and inline("#nn.address(%s, %s);", quoted(link.target), quoted(words)) or link
  end
  return link.content
end

local function set_image(image)
  problem("a picture in Markdown; figures are outputs of code cells: " .. image.src)
end

local function listing(code)
  return block("#nn.listing(%s, %s)", quoted(code.classes[1] or ""), quoted(code.text))
end

-- Whether this opens or closes a link; the words between may stand on several lines.
local function is_link_mark(part)
  return part.t == "RawInline" and (part.text:find("^#link%(") or part.text == "];")
end

-- A cell's content, and those parts of it that cannot be broken over two lines.
local function set_cell(contents)
  local words, word = {}, pandoc.Inlines {}
  for _, part in ipairs(pandoc.utils.blocks_to_inlines(contents) .. { pandoc.Space() }) do
    if part.t == "Space" or part.t == "SoftBreak" then
      words[#words + 1] = word
      word = pandoc.Inlines {}
    elseif not is_link_mark(part) then
      word:insert(part)
    end
  end
  return pandoc.utils.blocks_to_inlines(contents), words
end

local ALIGN = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center" }

-- nn.grid-table(aligns, header, body): every cell an array, its content and then its words.
local function set_table(element)
  local out = pandoc.Inlines {}
  local function row(cells)
    out:insert(inline("("))
    for _, each in ipairs(cells) do
      local content, words = set_cell(each.contents)
      out:extend({ inline("(" .. OPEN) } .. content .. { inline("],") })
      for _, word in ipairs(words) do
        out:extend({ inline(OPEN) } .. word .. { inline("],") })
      end
      out:insert(inline("),"))
    end
    out:insert(inline("),"))
  end
  local aligns = {}
  for _, spec in ipairs(element.colspecs) do
    aligns[#aligns + 1] = ALIGN[spec[1]] or "left"
  end
  out:insert(inline("#nn.grid-table((%s,), ", table.concat(aligns, ", ")))
  row(element.head.rows[1].cells)
  out:insert(inline("("))
  for _, each in ipairs(element.bodies[1].body) do
    row(each.cells)
  end
  out:insert(inline("))"))
  return pandoc.Plain(out)
end

-- Texts and formulae of a paragraph, each as a block.
local function parts(para)
  local found, text = pandoc.Blocks {}, pandoc.Inlines {}
  local function flush()
    while #text > 0 and (text[#text].t == "SoftBreak" or text[#text].t == "Space") do
      text:remove()
    end
    if #text > 0 then
      found:insert(pandoc.Para(text))
      text = pandoc.Inlines {}
    end
  end
  for _, part in ipairs(para.content) do
    if part.t == "RawInline" and part.text:find("^#nn%.display") then
      flush()
      found:insert(block("%s", part.text))
    elseif #text > 0 or part.t ~= "SoftBreak" then
      text:insert(part)
    end
  end
  flush()
  return found
end

-- A text that leads to a formula stays on its page.
local function set_paragraphs(blocks)
  local flat, out = pandoc.Blocks {}, pandoc.Blocks {}
  for _, element in ipairs(blocks) do
    flat:extend(element.t == "Para" and parts(element) or { element })
  end
  for i, element in ipairs(flat) do
    local after = flat[i + 1]
    local leads = after and after.t == "RawBlock" and after.text:find("^#nn%.display")
    if element.t == "Para" and leads then
      out:extend { block("#nn.lead-in["), element, block("]") }
    else
      out:insert(element)
    end
  end
  return out
end

local function set(blocks)
  return blocks:walk {
    Math = set_math, Str = set_string, RawInline = set_html, RawBlock = set_html, Link = set_link,
    Image = set_image, CodeBlock = listing, Table = set_table, Blocks = set_paragraphs,
    HorizontalRule = function() return block("#nn.divider") end,
  }
end

-- Fences --------------------------------------------------------------------------------------

-- Headings get the anchors that the exporter found, in order.
local function with_anchors(blocks, anchors)
  local at = 0
  local function heading(header)
    at = at + 1
    local label = anchors[at]
    if not label then
      problem("a heading that is not written with #: " .. pandoc.utils.stringify(header))
      return
    end
    labels[label] = true
    local before = inline("#heading(level: %d)" .. OPEN, header.level)
    return pandoc.Plain(pandoc.Inlines { before } .. header.content
      .. { inline("]#label(%s)", quoted(label)) })
  end
  return blocks:walk { Header = heading }
end

local read = {} -- how a fence's text is parsed
local write = {} -- what it becomes, given its header, its text, the kinds before and after it

local function markdown(text)
  return pandoc.read(text .. "\n", MARKDOWN).blocks
end

read.markdown, read.table, read.figure = markdown, markdown, markdown

function read.latex(text)
  local latex = text:gsub("^%s*%$+", ""):gsub("%$+%s*$", ""):gsub("^\\displaystyle%s*", "")
  return pandoc.Blocks { pandoc.Para { pandoc.Math("DisplayMath", latex) } }
end

function write.markdown(header, blocks)
  return with_anchors(set(blocks), header.anchors)
end

-- Printed text hangs on the box above it.
local function hangs(kind)
  return kind == "text" or kind == "error"
end

function write.code(header, text, _, after)
  local shows = after == "figure" or after == "table" or after == "latex"
  return { block("#nn.code-cell(%s, %s, attached: %s, shows: %s)", quoted(header.language),
    quoted(text), hangs(after), shows) }
end

function write.text(_, text, before, after)
  local joined = before == "code" or hangs(before)
  return { block("#nn.text-output(%s, joined: %s, attached: %s)", quoted(text), joined,
    hangs(after)) }
end

function write.error(_, text, before, after)
  local joined = before == "code" or hangs(before)
  return { block("#nn.text-output(%s, joined: %s, attached: %s, color: nn.error-color)",
    quoted(text), joined, hangs(after)) }
end

write.latex = function(_, blocks) return set(blocks) end

-- A table with a number begins with its caption.
function write.table(header, blocks)
  if header.number then
    labels[header.label] = true
    local caption = pandoc.Blocks { blocks:remove(1) }
    return pandoc.Blocks { block("#nn.numbered-table(%s, %s)[", quoted(header.label),
      quoted(header.number)) } .. set(caption) .. { block("][") } .. set(blocks) .. { block("]") }
  end
  return pandoc.Blocks { block("#nn.rich-output[") } .. set(blocks) .. { block("]") }
end

function write.figure(header, blocks)
  labels[header.label] = true
  local before = block("#nn.picture(%s, %s, %s, %spt)[", quoted(header.label),
    quoted(header.number), quoted(header.alt), header.width)
  return pandoc.Blocks { before } .. set(blocks) .. { block("]") }
end

local function pieces(doc)
  local found = {}
  for _, fence in ipairs(doc.blocks) do
    local kind = fence.classes[1]
    local head, text = fence.text:match("^([^\n]*)\n?(.*)$")
    local piece = { kind = kind, header = pandoc.json.decode(head, false), text = text }
    if read[kind] then
      piece.text = read[kind](text)
      piece.text:walk { Math = collect }
    end
    found[#found + 1] = piece
  end
  return found
end

local function check_links()
  for _, link in ipairs(links) do
    if not labels[link.place] then
      cell = link.cell
      problem("the link (#" .. link.place .. ") leads nowhere")
    end
  end
end

function Pandoc(doc)
  local found = pieces(doc)
  convert_formulas()
  local out = pandoc.Blocks {}
  for i, piece in ipairs(found) do
    cell = piece.header.cell or cell
    local before, after = found[i - 1] or {}, found[i + 1] or {}
    out:extend(write[piece.kind](piece.header, piece.text, before.kind, after.kind))
  end
  check_links()
  if #problems > 0 then
    error("\n@ " .. table.concat(problems, "\n@ ") .. "\n", 0)
  end
  return pandoc.Pandoc(out)
end
