"""The second step in a browser: passkeys of a virtual device, and a code app without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.accounts.doors import code_of, recovery_codes_of
from tests.conftest import PASSWORD, grant, make_clinician


@pytest.fixture
def authenticator():
    """Return a function that plugs a virtual authenticator, with a finger on it, into a page's browser."""

    def plug_in(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return session, made["authenticatorId"]

    return plug_in


@pytest.fixture
def hal(ada):
    """A clinician whom Ada lets read and who has just been made one."""
    clinician = make_clinician("hal", has_second_factor=False)
    grant(ada, clinician)
    return clinician


def give_password(page, name):
    page.goto("/account/login/?next=/admin/")
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_a_clinician_makes_a_passkey_and_logs_in_with_it_alone(page, authenticator, hal, assert_accessible):
    authenticator(page)
    give_password(page, "hal")
    expect(page.get_by_role("heading", name="Set this up before you go on")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Add a passkey").click()
    assert_accessible(page)
    page.get_by_label("A name, to tell it from others").fill("Hal's phone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    for code in recovery_codes_of(hal):
        expect(page.get_by_text(code)).to_be_visible()
    page.get_by_role("link", name="Go to the review").click()
    expect(page.get_by_text("Ada", exact=True).first).to_be_visible()

    page.goto("/account/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/**")
    page.goto("/account/login/?next=/admin/")
    assert_accessible(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("Ada", exact=True).first).to_be_visible()

    page.goto("/account/passkeys/")
    expect(page.get_by_role("heading", name="Hal's phone")).to_be_visible()
    assert_accessible(page)


def test_a_passkey_is_the_second_step_after_the_password(page, authenticator, hal):
    authenticator(page)
    give_password(page, "hal")
    page.goto("/account/passkeys/add/")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/account/two-step/codes/")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/**")

    give_password(page, "hal")
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Ada", exact=True).first).to_be_visible()


def test_a_device_without_a_passkey_says_so(page, authenticator, hal):
    authenticator(page)  # with no passkey on it
    page.goto("/account/login/")
    page.get_by_role("button", name="Log in with a passkey").click()

    expect(page.get_by_text("The device did not give a passkey")).to_be_visible()


def test_a_browser_that_knows_no_passkeys_is_shown_the_other_way(page, login, ada):
    page.add_init_script("delete window.PublicKeyCredential")
    login(page, ada).goto("/account/passkeys/add/")

    expect(page.get_by_text("This browser cannot make passkeys here")).to_be_visible()
    expect(page.get_by_role("button", name="Make the passkey")).to_be_hidden()
    page.goto("/account/login/")
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_hidden()


def test_a_code_app_works_without_javascript(no_script_page, hal):
    page = no_script_page
    give_password(page, "hal")
    page.get_by_role("link", name="Set up a code app").click()
    expect(page.get_by_role("img", name="Picture for your code app")).to_be_visible()
    key = page.locator(".key-text").inner_text()
    page.get_by_label("The 6 digits that the app shows now").fill(code_of(key))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/account/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/**")

    give_password(page, "hal")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    page.get_by_label("Code", exact=True).fill(code_of(key, step=1))
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("Ada", exact=True).first).to_be_visible()
