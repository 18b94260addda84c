"""The ways by which an answer reaches its requester."""

from hotline.states import ReplyWay
from messaging.states import Way

PURPOSE = "hotline.reply"
WAYS = {ReplyWay.SMS: Way.SMS, ReplyWay.EMAIL: Way.EMAIL, ReplyWay.WECOM: Way.WECOM}
"""The ways that a machine can go; a call and a letter are somebody's work."""
