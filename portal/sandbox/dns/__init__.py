"""The sandbox's DNS: zones that change while it runs, real negative answers, faults on demand, a query log."""
