"""The service centre: people, visits, tickets, appeals, consent. Rules only; no Qt, no camera, no HTTP."""
