"""A stand-in for WHMCS: enough of its client and admin area to hand customers over to the portal."""
