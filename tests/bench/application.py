"""The register as gunicorn serves it, with settings from the environment."""

from geo.settings import Settings
from geo.startup import connect, with_secret_key
from webapp import create_app

_settings = with_secret_key(Settings.from_env())
application = create_app(_settings, connect(_settings, pool_size=4))
