"""The admin of operators: attempts, lines and the models that score them."""

from scoring.admin.attempts import AttemptAdmin, LineAdmin
from scoring.admin.bundles import ModelBundleAdmin

__all__ = ["AttemptAdmin", "LineAdmin", "ModelBundleAdmin"]
