"""All settings, one file a concern; each is read through `environment.env` and names what it needs."""

from backend.settings.api import *
from backend.settings.applications import *
from backend.settings.broker import *
from backend.settings.consent import *
from backend.settings.cross_origin import *
from backend.settings.database import *
from backend.settings.front import *
from backend.settings.identity import *
from backend.settings.journal import *
from backend.settings.limits import *
from backend.settings.logging import *
from backend.settings.mail import *
from backend.settings.metrics import *
from backend.settings.notes import *
from backend.settings.outbound import *
from backend.settings.push import *
from backend.settings.queue import *
from backend.settings.retention import *
from backend.settings.security import *
from backend.settings.service import *
from backend.settings.sms import *
from backend.settings.support import *
