"""The engine in a worker of a page from the disk: the same bits in Chromium and in Firefox."""

import browsers
import engine_page
import numpy as np
import pytest
from live_cases import differences, random_case

pytest.importorskip("numba")


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(29)
    return [random_case(rng) for _ in range(20)]


@browsers.needed
def test_twenty_trainings_in_chromium_have_pythons_bits(cases, tmp_path):
    address = engine_page.written(tmp_path)
    with browsers.browser() as browser, browsers.offline(browser, address) as open_page:
        answers = engine_page.in_chromium(open_page(), [case.sent() for case in cases])
    assert differences(cases, answers) == []


@engine_page.firefox_needed
def test_and_in_firefox(cases, tmp_path):
    address = engine_page.written(tmp_path)
    answers, asked = engine_page.in_firefox(address, [case.sent() for case in cases], tmp_path)
    assert engine_page.requests(asked, address) == []
    assert differences(cases, answers) == []


@browsers.needed
@pytest.mark.parametrize("policy", [{"worker": "worker-src 'none'"}, {"module": ""}])
def test_where_a_worker_or_webassembly_is_refused_the_page_hears_a_sentence(policy, tmp_path):
    address = engine_page.written(tmp_path, **policy)
    with browsers.browser() as browser:
        page = browser.new_page()
        page.goto(address)
        said = page.evaluate("started.then(() => 'it trains', (error) => error.message)")
    assert said.startswith("This page cannot train here: the browser refuses")
