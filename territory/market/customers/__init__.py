"""What the company's own history tells: won deals, profiles, penetration."""
