"""The clinicians' own admin site."""

from django.contrib.admin import AdminSite


class ReviewSite(AdminSite):
    pass


review_site = ReviewSite(name="admin")
