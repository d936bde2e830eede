"""`/devices`: the caller's own devices, each under an id that its app made."""

from http import HTTPStatus
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from rest_framework.request import Request
from rest_framework.response import Response

from diary.api.account_shapes import DevicePage, ShownDevice
from diary.api.contract.description import operation
from diary.api.framework.if_match import expected_version
from diary.api.framework.pagination import PAGING, ListView
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered, done
from diary.api.resources import REFUSED
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import latest_date, validated
from diary.problems import Problem, not_found
from diary.reaching.devices import (
    Device,
    StoredDevice,
    devices,
    presented,
    put_device,
    read_device,
    with_plain_token,
)
from diary.versions import Status


class DeviceView(ApiView):
    """One device."""

    reach = {"GET": "account", "PUT": "account", "DELETE": "account"}

    @operation("Read one device", tag="Account", answers={200: ShownDevice}, problems=[404], versioned=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """The stored device. Raises Problem 404 for one that was deleted or is not the caller's."""
        caller = self.caller(request)
        device = read_device(user_id=caller.user_id, device_id=id)
        if device is None:
            raise not_found()
        return answered(presented(device), version=device.version)

    @operation(
        "Store one device",
        tag="Account",
        body=Device,
        answers={200: ShownDevice, 201: ShownDevice},
        problems=[404, 409, 410, 412],
        versioned=True,
    )
    def put(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Stores the device. Its push token is removed from any other device that had it.

        The device is pushed to while the session that stored it lasts, so store it again after every sign-in, changed
        or not.
        """
        caller = self.caller(request)
        now = timezone.now()
        content = with_plain_token(validated(Device, json_body(request), latest=latest_date(now)))
        if content.id != id:
            raise Invalid([FieldError("/id", "mismatch", _("must be the id in the address"))])
        status, device = put_device(
            user_id=caller.user_id,
            session_id=caller.session_id,
            device_id=id,
            content=content,
            expected=expected_version(request),
            now=now,
        )
        device = _let_through(status, device)
        if device is None:
            raise RuntimeError("a put leaves a device")
        code = HTTPStatus.CREATED if status == "created" else HTTPStatus.OK
        return answered(presented(device), status=code, version=device.version)

    @operation("Delete one device", tag="Account", answers={204: None}, problems=[404, 412], versioned=True)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Deletes the device and its push token, and keeps the id from being used later."""
        caller = self.caller(request)
        expected = expected_version(request)
        outcome = put_device(
            user_id=caller.user_id,
            session_id=caller.session_id,
            device_id=id,
            content=None,
            expected=expected,
            now=timezone.now(),
        )
        _let_through(*outcome)
        return done()


class DevicesView(ListView):
    """All devices of the caller."""

    reach = {"GET": "account"}

    @operation("List devices", tag="Account", answers={200: DevicePage}, query=PAGING, name="devices_list")
    def get(self, request: Request) -> Response:
        """One page, ordered by id."""
        caller = self.caller(request)
        return self.listed(
            request, devices(user_id=caller.user_id), lambda page: [presented(device) for device in page]
        )


def _let_through(status: Status, device: StoredDevice | None) -> StoredDevice | None:
    """Raises Problem 409, 410 or 412 for what was refused, with what stands."""
    if status not in REFUSED:
        return device
    kind, detail = REFUSED[status]
    if device is None or device.content is None:
        raise Problem(kind, detail, members={} if status == "gone" else {"current": None})
    raise Problem(kind, detail, headers={"ETag": f'"{device.version}"'}, members={"current": presented(device)})
