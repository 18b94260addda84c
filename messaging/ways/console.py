"""The way of demonstrations: nothing leaves the house. The log says that a message went out, never what or to whom."""

import logging

from messaging.ways.carrier import Letter, Receipt

logger = logging.getLogger(__name__)


class Console:
    name = "console"

    def send(self, letter: Letter) -> Receipt:
        logger.info("Message %s went out to the console.", letter.uuid)
        return Receipt(provider_id=str(letter.uuid))

    def close(self) -> None:
        pass
