"""A bot made with discord.py, for the simulator: it does what it is told in messages, and prints what it sees."""

import io
import logging
import sys

import discord
import yarl
from discord import app_commands
from discord.http import Route

address, token = sys.argv[1:3]
Route.BASE = f"{address}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address.replace("http", "ws", 1) + "/gateway")

intents = discord.Intents.default()
intents.message_content = True


def tell(*words):
    print(*words, flush=True)


class Form(discord.ui.Modal, title="Send it back"):
    why = discord.ui.TextInput(label="Why?", style=discord.TextStyle.paragraph)

    async def on_submit(self, interaction):
        tell("submitted", self.why.value)
        await interaction.response.send_message(f"Because {self.why.value}")


class Choice(discord.ui.View):
    @discord.ui.button(label="Later", custom_id="later", style=discord.ButtonStyle.primary)
    async def later(self, interaction, button):
        await interaction.response.defer()
        await interaction.followup.send("I waited")

    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, interaction, button):
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Change", custom_id="change")
    async def change(self, interaction, button):
        await interaction.response.edit_message(content="Changed", view=None)

    @discord.ui.button(emoji="👍", custom_id="thumb")
    async def thumb(self, interaction, button):
        await interaction.response.send_message("For you alone", ephemeral=True)

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Who?")
    async def who(self, interaction, select):
        await interaction.response.send_message(f"You named {select.values[0].name}")

    @discord.ui.select(
        placeholder="Which?",
        options=[discord.SelectOption(label="Tent", value="tent"), discord.SelectOption(label="Bag", value="bag")],
    )
    async def which(self, interaction, select):
        tell("chose", select.values[0])
        await interaction.response.send_message(f"You chose {select.values[0]}")


class Bot(discord.Client):
    def __init__(self):
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)

        @self.tree.command(name="greet", description="Says hello, after a while")
        async def greet(interaction):
            await interaction.response.defer(thinking=True)
            await interaction.edit_original_response(content=f"Hello {interaction.user.name}")

    async def setup_hook(self):
        tell("synced", len(await self.tree.sync()))

    async def on_ready(self):
        guild = self.guilds[0]
        tell("ready", self.user.name, guild.name, ",".join(sorted(channel.name for channel in guild.text_channels)))

    async def on_resumed(self):
        tell("resumed")

    async def on_message_edit(self, before, after):
        tell("edited", before.content, "->", after.content)

    async def on_raw_message_delete(self, event):
        tell("deleted", event.message_id)

    async def on_raw_reaction_add(self, event):
        tell("reaction", event.emoji.name)

    async def on_thread_create(self, thread):
        tell("thread", thread.name)

    async def on_raw_typing(self, event):
        tell("typing", event.channel_id)

    async def on_message(self, message):
        if message.author == self.user:
            return
        tell("heard", message.content)
        channel = message.channel
        match message.content.split():
            case ["hello"]:
                await channel.send("Hello to you", nonce="n-1")
            case ["choose"]:
                await channel.send("Choose", view=Choice())
            case ["card"]:
                embed = discord.Embed(title="Tent", description="For two")
                await channel.send(embed=embed.set_image(url="https://shop.example/t.png"))
            case ["file"]:
                data = await message.attachments[0].read()
                await channel.send("Yours", file=discord.File(io.BytesIO(data[::-1]), "back.txt", description="Turned"))
            case ["edit"]:
                sent = await channel.send("first")
                await sent.edit(content="second")
                await sent.delete()
            case ["history"]:
                read = [old.content async for old in channel.history(limit=100, oldest_first=True)]
                tell("history", len(read), read[0])
            case ["long"]:
                try:
                    await channel.send("x" * 2001)
                except discord.HTTPException as error:
                    tell("refused", error.status, error.code, "2000" in error.text)
            case ["burst"]:
                for number in range(7):
                    await channel.send(f"burst {number}")
            case ["type"]:
                async with channel.typing():
                    pass
            case ["quit"]:
                await self.close()


Bot().run(token, log_level=logging.WARNING)
