"""What WHMCS and the portal share: the signed envelope, and the PHP module that is copied into a WHMCS."""
