"""Permissions: of members, by what a test grants them; of the bot, by what a test denies it in a channel."""

from .world import EVERYONE_MAY, Channel, Guild, Json, Permission, Role, User

_NOTHING = Permission(0)


class Permissions:
    """What a test has granted and denied."""

    def __init__(self) -> None:
        self._granted: dict[tuple[int, int], Permission] = {}
        self._roles: dict[tuple[int, int], tuple[Role, ...]] = {}
        self._denied: dict[int, Permission] = {}
        self._left: set[tuple[int, int]] = set()

    def grant(self, user: User, guild: Guild, more: Permission) -> None:
        """Grant a member of a guild permissions beyond those of everyone."""
        self._granted[guild.id, user.id] = self._granted.get((guild.id, user.id), _NOTHING) | more

    def give_role(self, user: User, guild: Guild, role: Role) -> None:
        """Give a member one of the guild's roles."""
        self._roles[guild.id, user.id] = (*self._roles.get((guild.id, user.id), ()), role)

    def take_everything(self, user: User, guild: Guild) -> None:
        """Revoke everything granted to a member, including roles."""
        self._granted.pop((guild.id, user.id), None)
        self._roles.pop((guild.id, user.id), None)

    def leave(self, user: User, guild: Guild) -> None:
        """Let a user leave a guild."""
        self._left.add((guild.id, user.id))

    def has_left(self, user_id: int, guild_id: int) -> bool:
        """Whether a user has left a guild; everybody else is a member."""
        return (guild_id, user_id) in self._left

    def deny_bot(self, channel: Channel, denied: Permission) -> None:
        """Deny the bot permissions in a channel, replacing earlier denials; with none it may do everything again."""
        self._denied[channel.id] = denied

    def of(self, user: User, guild: Guild) -> Permission:
        """The permissions of a member."""
        return EVERYONE_MAY | self._granted.get((guild.id, user.id), _NOTHING)

    def of_bot(self, channel: Channel) -> Permission:
        """The permissions of the bot in a channel; a thread inherits those of its channel."""
        denied = self._denied.get(channel.id, _NOTHING)
        return (self.of_bot(channel.parent) if channel.parent else EVERYONE_MAY) & ~denied

    def member(self, user: User, guild: Guild) -> Json:
        """The member data in an interaction."""
        roles = [str(role.id) for role in self._roles.get((guild.id, user.id), ())]
        return {
            **user.member(),
            "roles": roles,
            "user": user.payload(),
            "permissions": str(int(self.of(user, guild))),
        }

    def overwrites(self, channel: Channel, bot: User) -> list[Json]:
        """The permission overwrites of a channel for what is denied to the bot in it."""
        denied = self._denied.get(channel.id, _NOTHING)
        return [{"id": str(bot.id), "type": 1, "allow": "0", "deny": str(int(denied))}] if denied else []
