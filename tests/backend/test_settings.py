"""Settings: strict in production, workable elsewhere."""

from pathlib import Path

import pytest
from django.conf import settings

from backend.local.embedded.directory import claimed
from tests.backend.production import PRODUCTION, ROOT, python, refusal


def setting(name: str, **environment: str) -> str:
    code = f"import backend.settings as s; print(s.{name})"
    done = python("-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "DEPLOYMENT"])
@pytest.mark.parametrize("given", ["missing", "empty"])
def test_production_does_not_start_without(name: str, given: str) -> None:
    environment = {**PRODUCTION, name: ""} if given == "empty" else {k: v for k, v in PRODUCTION.items() if k != name}
    done = python("-c", "import backend.settings", **environment)
    assert done.returncode != 0
    assert name in done.stderr.strip().splitlines()[-1]


def test_production_is_what_it_is_without_orders() -> None:
    environment = {name: value for name, value in PRODUCTION.items() if name != "DEPLOYMENT"}
    assert setting("SECURE_SSL_REDIRECT", **environment) == "True"


def test_an_unknown_deployment_is_refused() -> None:
    done = python("-c", "import backend.settings", DEPLOYMENT="staging")
    assert "DEPLOYMENT must be production, local or test, not 'staging'" in done.stderr


@pytest.mark.parametrize("role", ["postgres", "diary_owner"])
def test_the_deployment_check_finds_a_service_that_may_do_too_much(role: str) -> None:
    url = f"postgres://{role}:secret@127.0.0.1:1/diary"
    done = python("manage.py", "check", "--deploy", **PRODUCTION | {"DATABASE_URL": url})
    assert done.returncode == 1
    assert f"DATABASE_URL connects as {role}; the service must connect as diary_service" in done.stderr
    assert "secret" not in done.stderr


def test_the_deployment_check_finds_nothing() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_a_forwarded_scheme_is_believed_only_behind_a_proxy() -> None:
    read = "__dict__.get('SECURE_PROXY_SSL_HEADER')"
    assert setting(read, **PRODUCTION) == "None"
    assert setting(read, **PRODUCTION, BEHIND_HTTPS_PROXY="yes") == "('HTTP_X_FORWARDED_PROTO', 'https')"


@pytest.mark.parametrize("name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_CONTENT_TYPE_NOSNIFF"])
def test_production_cookies_and_headers_are_strict(name: str) -> None:
    assert setting(name, **PRODUCTION) == "True"


def test_debug_is_off_everywhere() -> None:
    assert settings.DEBUG is False
    assert setting("DEBUG", **PRODUCTION) == setting("DEBUG", DEPLOYMENT="local") == "False"


def test_debug_pages_are_for_ones_own_machine() -> None:
    assert setting("DEBUG", **PRODUCTION, DEBUG="yes") == setting("DEBUG", DEPLOYMENT="test", DEBUG="yes") == "False"
    assert setting("DEBUG", DEPLOYMENT="local", DEBUG="yes", DATA_DIR="/nonexistent") == "True"


def test_links_lead_to_the_local_port_unless_told_otherwise() -> None:
    assert setting("PUBLIC_URL", DEPLOYMENT="local", PORT="8123", DATA_DIR="/nonexistent") == "http://127.0.0.1:8123"
    assert setting("PUBLIC_URL", **{**PRODUCTION, "PUBLIC_URL": "https://diary.example/"}) == "https://diary.example"


@pytest.mark.parametrize("given", ["nobody", "Help <help@diary.example>", "help@localhost", "a@b.example, c@d.example"])
def test_support_is_one_address_that_mail_reaches(given: str) -> None:
    done = python("-c", "import backend.settings", **{**PRODUCTION, "SUPPORT_EMAIL": given})
    assert "SUPPORT_EMAIL must be a plain email address" in done.stderr


def test_elsewhere_support_is_an_example() -> None:
    assert setting("SUPPORT_EMAIL", DEPLOYMENT="local", DATA_DIR="/nonexistent") == "support@diary.example"


def test_the_service_goes_by_its_name_in_mails_and_authenticator_apps() -> None:
    named = {**PRODUCTION, "SERVICE_NAME": "Rückentagebuch"}
    assert setting("MFA_TOTP_ISSUER", **named) == "Rückentagebuch"
    assert setting("DEFAULT_FROM_EMAIL", **named).endswith("<diary@diary.example>")
    assert setting("MFA_TOTP_ISSUER", **PRODUCTION) == "Symptom diary"


@pytest.mark.parametrize("given", ["x" * 61, "A <b@c.example>", "two\nlines"])
def test_a_name_that_no_mail_could_carry_stops_the_start(given: str) -> None:
    done = python("-c", "import backend.settings", **PRODUCTION, SERVICE_NAME=given)
    assert "SERVICE_NAME must be a name" in done.stderr


@pytest.mark.parametrize("name", ["IMPRINT_URL", "PRIVACY_URL"])
@pytest.mark.parametrize("given", ["diary.example/imprint", "http://diary.example/imprint", "javascript:alert(1)"])
def test_the_operators_pages_are_addresses_over_https(name: str, given: str) -> None:
    done = python("-c", "import backend.settings", **PRODUCTION, **{name: given})
    assert f"{name} must be the address of a page" in done.stderr


def test_an_owner_always_has_time_to_object() -> None:
    done = python("-c", "import backend.settings", **PRODUCTION, FACTOR_REMOVAL_DAYS="0")
    assert "FACTOR_REMOVAL_DAYS must be at least 1" in done.stderr
    assert setting("FACTOR_REMOVAL_DAYS", **PRODUCTION) == "7"


def test_the_support_pages_are_off_unless_asked_for() -> None:
    assert setting("SUPPORT_PAGES", **PRODUCTION) == "False"
    assert setting("SUPPORT_MINUTES", **PRODUCTION, SUPPORT_PAGES="yes") == "30"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SUPPORT_NETWORKS": "10.0.0.0/8"}, "SUPPORT_NETWORKS says where SUPPORT_PAGES may be opened from"),
        ({"SUPPORT_PAGES": "yes", "SUPPORT_NETWORKS": "10.0.0.0/8,vpn"}, "SUPPORT_NETWORKS must be networks"),
        ({"SUPPORT_PAGES": "yes", "SUPPORT_NETWORKS": "2001:db8::/96"}, "SUPPORT_NETWORKS must be /64 or wider"),
        ({"SUPPORT_PAGES": "yes", "SUPPORT_MINUTES": "1440"}, "SUPPORT_MINUTES must be between 5 and 480"),
        ({"SUPPORT_PAGES": "perhaps"}, "SUPPORT_PAGES must be yes or no"),
    ],
)
def test_support_pages_that_contradict_themselves_stop_the_start(given: dict[str, str], says: str) -> None:
    assert says in refusal(**given)


@pytest.mark.parametrize(
    ("name", "least", "otherwise"),
    [("ACCESS_LOG_DAYS", 366, "1096"), ("SIGNED_OUT_DEVICE_DAYS", 30, "180"), ("ENDED_LINK_DAYS", 30, "90")],
)
def test_nothing_is_removed_too_soon(name: str, least: int, otherwise: str) -> None:
    done = python("-c", "import backend.settings", **PRODUCTION, **{name: str(least - 1)})
    assert f"{name} must be at least {least}" in done.stderr
    assert setting(name, **PRODUCTION) == otherwise


def test_commands_beside_make_run_find_its_servers(tmp_path: Path) -> None:
    (tmp_path / "running.env").write_text("DATABASE_URL='postgres://postgres:p-w_d@127.0.0.1:7/postgres'\n")
    read = "DATABASES['default']['PASSWORD']"
    given = {"DATABASE_URL": "postgres://postgres:given@127.0.0.1:7/postgres"}
    with claimed(tmp_path):
        assert setting(read, DEPLOYMENT="local", DATA_DIR=str(tmp_path)) == "p-w_d"
        assert setting(read, DEPLOYMENT="local", DATA_DIR=str(tmp_path), **given) == "given"


def test_what_a_killed_run_left_behind_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "running.env").write_text("DATABASE_URL='postgres://postgres:p-w_d@127.0.0.1:7/postgres'\n")
    assert setting("DATABASES['default']['PASSWORD']", DEPLOYMENT="local", DATA_DIR=str(tmp_path)) == ""


def test_without_servers_nothing_answers_in_their_place() -> None:
    for deployment in ("local", "test"):
        given = {"DEPLOYMENT": deployment, "DATA_DIR": "/nonexistent"}
        assert setting("DATABASES['default']['PORT']", **given) == "1"
        assert setting("REDIS_URL", **given) == "redis://127.0.0.1:1/0"


def test_production_reads_nothing_from_the_data_directory(tmp_path: Path) -> None:
    (tmp_path / "running.env").write_text("LOG_LEVEL='DEBUG'\nBEHIND_HTTPS_PROXY='yes'\n")
    read = "__dict__.get('SECURE_PROXY_SSL_HEADER')"
    assert setting(read, **PRODUCTION, DATA_DIR=str(tmp_path)) == "None"


def test_make_run_answers_to_the_names_of_this_machine_only() -> None:
    assert setting("ALLOWED_HOSTS", DEPLOYMENT="local") == "['127.0.0.1', 'localhost', '[::1]']"


def test_each_concern_fits_on_a_page() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "backend/settings").glob("*.py")}
    assert max(lengths.values()) <= 100, lengths


def test_rate_limits_cannot_be_lifted_in_production() -> None:
    done = python("-c", "import backend.settings", **PRODUCTION, RATE_LIMITS="off")
    assert "RATE_LIMITS=off is for load tests, never for production" in done.stderr
    assert setting("RATE_LIMITS", **PRODUCTION) == "True"
    assert setting("RATE_LIMITS", DEPLOYMENT="local", RATE_LIMITS="off") == "False"


def test_rate_limits_are_on_or_off() -> None:
    assert (
        "RATE_LIMITS must be on or off"
        in python("-c", "import backend.settings", **PRODUCTION, RATE_LIMITS="no").stderr
    )


def test_mail_goes_by_smtp_unless_a_provider_is_named() -> None:
    assert setting("EMAIL_HOST", **PRODUCTION) == "mail.example"
    provider = {
        "EMAIL_URL": "",
        "EMAIL_PROVIDER": "postmark",
        "EMAIL_PROVIDER_SETTINGS": '{"POSTMARK_SERVER_TOKEN": "t"}',
    }
    assert setting("EMAIL_BACKEND", **{**PRODUCTION, **provider}) == "anymail.backends.postmark.EmailBackend"
    assert setting("ANYMAIL['POSTMARK_SERVER_TOKEN']", **{**PRODUCTION, **provider}) == "t"
    assert setting("ANYMAIL['SEND_DEFAULTS']", **{**PRODUCTION, **provider}) == str(
        {"track_clicks": False, "track_opens": False}
    )
    assert "EMAIL_PROVIDER must be a provider supported by Anymail" in refusal(EMAIL_PROVIDER="pigeons")


def test_no_channel_is_there_without_its_keys() -> None:
    for name in ("VAPID_PRIVATE_KEY", "FCM_CREDENTIALS", "SMS_PROVIDER"):
        assert setting(name, **PRODUCTION) == ""


def test_half_of_a_channel_is_refused() -> None:
    assert "VAPID_PRIVATE_KEY must be 32 bytes" in refusal(VAPID_PRIVATE_KEY="c2hvcnQ=")
    assert "FCM_CREDENTIALS lacks client_email" in refusal(FCM_CREDENTIALS='{"project_id": "p"}')
    assert "FCM_CREDENTIALS must be JSON" in refusal(FCM_CREDENTIALS="{not json")
    assert "SMS_PROVIDER must be twilio or empty" in refusal(SMS_PROVIDER="pigeons")
    assert "SMS_PROVIDER=twilio needs SMS_SENDER" in refusal(SMS_PROVIDER="twilio", SMS_PREFIXES="+34")


def test_sms_go_to_the_countries_that_are_named_and_nowhere_else() -> None:
    twilio = {"SMS_PROVIDER": "twilio", "SMS_SENDER": "s", "TWILIO_ACCOUNT_SID": "a", "TWILIO_AUTH_TOKEN": "t"}
    assert "SMS_PROVIDER needs SMS_PREFIXES" in refusal(**twilio)
    for unfit in ("34", "+", "+34x", "+0", "+34600000001"):
        assert "SMS_PREFIXES must be" in refusal(**twilio, SMS_PREFIXES=unfit), unfit
    assert setting("SMS_PREFIXES", **PRODUCTION, **twilio, SMS_PREFIXES="+34, +49") == "['+34', '+49']"


def test_the_budgets_of_the_whole_service_are_settings() -> None:
    budgets = setting("DAILY_BUDGETS", **PRODUCTION, MAILS_A_DAY="7", SMS_A_DAY="8")
    assert "'mail': 7" in budgets
    assert "'sms': 8" in budgets
    assert "must be at least 1" in refusal(SMS_A_DAY="0")


def test_the_key_of_the_service_account_may_be_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "account.json"
    kept.write_text('{"project_id": "p", "client_email": "c", "private_key": "k", "token_uri": "t"}')
    assert setting("FCM_CREDENTIALS", **PRODUCTION, FCM_CREDENTIALS=str(kept)) == kept.read_text()


def test_a_local_installation_keeps_a_key_for_browsers(tmp_path: Path) -> None:
    key = "n3FZD0RPiKZGQv-q8Wwyj2UrOJkVhFmMG3W8bO5nXAs"
    (tmp_path / "vapid_private_key").write_text(key + "=")
    assert setting("VAPID_PRIVATE_KEY", DEPLOYMENT="local", DATA_DIR=str(tmp_path)) == key
    assert setting("VAPID_PRIVATE_KEY", **PRODUCTION, DATA_DIR=str(tmp_path)) == ""


def test_a_pooler_that_knows_no_prepared_statements_is_told_by_the_address() -> None:
    def threshold(query: str) -> str:
        given = {**PRODUCTION, "DATABASE_URL": PRODUCTION["DATABASE_URL"] + query}
        return setting("DATABASES['default']['OPTIONS']['prepare_threshold']", **given)

    assert [threshold(query) for query in ("", "?prepare_threshold=9", "?prepare_threshold=none")] == ["5", "9", "None"]


def test_sentinels_without_a_name_to_ask_for_stop_the_start() -> None:
    assert "REDIS_URL cannot be read" in refusal(REDIS_URL="sentinel://:a-long-password@one,two/0")
