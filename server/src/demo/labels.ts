import type { Names } from './segments.ts'

/** Display names by what is named: events by name, objects by type, the others by their path. */
export type DemoLabels = {
  events: Readonly<Record<string, Names>>
  traits: Readonly<Record<string, Names>>
  properties: Readonly<Record<string, Names>>
  objects: Readonly<Record<string, Names>>
}

/** One `name = French = English` a line. */
function names(text: string): Record<string, Names> {
  const lines = text.split('\n').filter((line) => line.includes('='))
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', fr = '', en = ''] = line.split('=').map((part) => part.trim())
      return [name, { fr, en }]
    }),
  )
}

/** What the demo's events, traits and properties are called on the screens. */
export const demoLabels: DemoLabels = {
  events: names(`
    Application Opened = Application ouverte = Application opened
    Cart Viewed = Panier consulté = Cart viewed
    Checkout Started = Commande commencée = Checkout started
    Email Link Clicked = Lien d’e-mail cliqué = E-mail link clicked
    Email Opened = E-mail ouvert = E-mail opened
    Loyalty Card Issued = Carte de fidélité remise = Loyalty card issued
    Loyalty Tier Confirmed = Niveau de fidélité confirmé = Loyalty tier confirmed
    NPS Answered = Note de satisfaction donnée = Satisfaction score given
    Newsletter Form Submitted = Formulaire de newsletter envoyé = Newsletter form submitted
    Order Completed = Commande passée = Order completed
    Order Refunded = Commande remboursée = Order refunded
    Payment Info Entered = Paiement saisi = Payment details entered
    Product Added = Article ajouté au panier = Product added to cart
    Product Added to Wishlist = Article ajouté aux envies = Product added to wishlist
    Product List Viewed = Rayon consulté = Product list viewed
    Product Viewed = Article consulté = Product viewed
    Products Searched = Recherche d’articles = Products searched
    Signed In = Connexion = Signed in
    Signed Up = Compte créé = Signed up
    Subscription Started = Abonnement souscrit = Subscription started
    Subscribed = Abonné à la newsletter = Subscribed to the newsletter
    Ticket Opened = Ticket ouvert = Ticket opened
    Ticket Resolved = Ticket résolu = Ticket resolved
    Unsubscribed = Désabonné de la newsletter = Unsubscribed from the newsletter
  `),
  traits: names(`
    title = Civilité = Title
    firstName = Prénom = First name
    lastName = Nom = Last name
    email = E-mail = E-mail
    phone = Téléphone = Phone
    birthday = Date de naissance = Birthday
    address = Adresse = Address
    address.street = Rue = Street
    address.postalCode = Code postal = Postal code
    address.city = Ville (adresse) = City (address)
    address.country = Pays = Country
    city = Ville = City
    preferred_shop = Boutique préférée = Preferred shop
    favourite_category = Rayon préféré = Favourite category
    customer_since = Client depuis = Customer since
    loyalty_card = Carte de fidélité = Loyalty card
    loyalty_tier = Niveau de fidélité = Loyalty tier
    loyalty_points = Points de fidélité = Loyalty points
    orders_count = Nombre de commandes = Number of orders
    total_spent = Total dépensé (€) = Total spent (€)
    newsletter = Abonné à la newsletter = Newsletter subscriber
    sms_optin = Accepte les SMS = Accepts text messages
    push_enabled = Notifications activées = Push enabled
  `),
  properties: names(`
    affiliation = Point de vente = Point of sale
    brand = Marque = Brand
    campaign_id = Numéro de campagne = Campaign number
    campaign_name = Campagne = Campaign
    category = Rayon = Category
    channel = Canal = Channel
    coupon = Code promotionnel = Promotion code
    currency = Devise = Currency
    discount = Remise = Discount
    double_opt_in = Double consentement = Double opt-in
    ends_at = Fin = End
    email_subject = Objet de l’e-mail = E-mail subject
    form = Formulaire = Form
    from_background = Reprise en arrière-plan = Resumed from background
    item_count = Nombre d’articles = Number of items
    link_url = Lien = Link
    list = Liste = List
    list_id = Rayon (identifiant) = List id
    method = Méthode = Method
    name = Nom = Name
    object = Objet concerné = Object concerned
    offer = Offre = Offer
    opened_at = Ouvert le = Opened on
    order_id = Numéro de commande = Order number
    path = Chemin = Path
    payment_method = Moyen de paiement = Payment method
    plan = Formule = Plan
    points = Points = Points
    price = Prix = Price
    priority = Priorité = Priority
    product_id = Article = Product
    products = Articles = Products
    quantity = Quantité = Quantity
    query = Recherche = Search
    reason = Motif = Reason
    referrer = Page d’origine = Referrer
    resolution_hours = Heures jusqu’à la résolution = Hours to resolution
    resolved_at = Résolu le = Resolved on
    results = Résultats = Results
    revenue = Chiffre d’affaires = Revenue
    score = Note = Score
    shipping = Frais de port = Shipping
    shop = Boutique = Shop
    sku = Référence = SKU
    starts_at = Début = Start
    status = État = Status
    subject = Objet = Subject
    subtotal = Sous-total = Subtotal
    survey = Enquête = Survey
    tax = TVA = VAT
    ticket_id = Numéro de ticket = Ticket number
    tier = Niveau = Tier
    title = Titre = Title
    total = Total = Total
    url = Adresse de la page = Page address
    value = Valeur = Value
    variant = Variante = Variant
    version = Version = Version
  `),
  objects: names(`
    subscription = Abonnement = Subscription
    ticket = Ticket = Ticket
  `),
}
